-- requires: loanserve/api >= v1.3.0 behind loanserve/api-main
-- Nothing reads it any more, so nothing needs to keep it in step.
DROP TRIGGER loans_keep_legacy_status ON loans;

DROP FUNCTION loans_keep_legacy_status();

ALTER TABLE loans DROP COLUMN legacy_status;
