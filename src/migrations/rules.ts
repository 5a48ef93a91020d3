/** The policy: what each phase refuses, why, and how it is done instead. */
import type { Phase } from './file.ts'
import type { Recipe, Subject } from './recipes.ts'
import * as recipes from './recipes.ts'

export interface Rule {
  readonly refusedIn: readonly Phase[]
  /**
   * `breaks`: the code that runs now; no reason makes up for that. `blocks`: holds a lock while the table is read or
   * written, which a small table can bear. `unclear`: nobody can tell what it does.
   */
  readonly kind: 'breaks' | 'blocks' | 'unclear'
  readonly why: string
  readonly recipe?: (subject: Subject) => Recipe
}

const both: readonly Phase[] = ['expand', 'contract']
const expand: readonly Phase[] = ['expand']

const typeChange: Rule = {
  refusedIn: both,
  kind: 'breaks',
  why: 'A new type rewrites the table under a lock that stops even readers, and code that knows the old type breaks.',
  recipe: recipes.newColumnInStep,
}

const rewrites: Rule = {
  refusedIn: both,
  kind: 'blocks',
  why: 'Each row gets its own value, so the whole table is rewritten under a lock that stops even readers.',
  recipe: recipes.defaultLater,
}

const scans: Rule = {
  refusedIn: both,
  kind: 'blocks',
  why: 'The whole table is read while writes wait.',
  recipe: recipes.notValidThenValidate,
}

/** Every rule by its name: squawk's, and after them our own for what squawk does not look at. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries({
    'ban-drop-column': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may still read or write this column.',
      recipe: recipes.inAContract,
    },
    'ban-drop-table': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may still use this table.',
      recipe: recipes.inAContract,
    },
    'ban-drop-database': {
      refusedIn: both,
      kind: 'breaks',
      why: 'No migration of an application drops a database.',
    },
    'ban-drop-not-null': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may not expect to read NULL from this column.',
      recipe: recipes.defaultInstead,
    },
    'renaming-column': {
      refusedIn: both,
      kind: 'breaks',
      why: 'Whichever code runs, one name is missing: the old version needs the old one, the new version the new one.',
      recipe: recipes.newColumnInStep,
    },
    'renaming-table': {
      refusedIn: both,
      kind: 'breaks',
      why: 'Whichever code runs, one name is missing: the old version needs the old one, the new version the new one.',
      recipe: recipes.viewUnderNewName,
    },
    'changing-column-type': typeChange,
    'adding-required-field': {
      refusedIn: both,
      kind: 'breaks',
      why: 'The code that runs now inserts rows without this column, and rows that are there have no value for it.',
      recipe: recipes.requiredColumn,
    },
    'adding-field-with-default': rewrites,
    'adding-not-nullable-field': {
      refusedIn: both,
      kind: 'blocks',
      why: 'SET NOT NULL reads the whole table under a lock that stops even readers, unless a validated CHECK has already shown that there is no NULL.',
      recipe: recipes.notNullInSteps,
    },
    'constraint-missing-not-valid': scans,
    'adding-foreign-key-constraint': scans,
    'disallowed-unique-constraint': {
      refusedIn: both,
      kind: 'blocks',
      why: 'The index behind it is built under a lock that stops even readers.',
      recipe: recipes.uniqueByIndex,
    },
    'adding-serial-primary-key-field': {
      refusedIn: both,
      kind: 'blocks',
      why: 'The index behind it is built under a lock that stops even readers.',
      recipe: recipes.primaryKeyByIndex,
    },
    'adding-exclusion-constraint': {
      refusedIn: both,
      kind: 'blocks',
      why: 'The index behind it is built under a lock that stops even readers, and there is no other way to add one.',
    },
    'require-concurrent-index-creation': {
      refusedIn: both,
      kind: 'blocks',
      why: 'A plain CREATE INDEX stops all writes to the table until it is built.',
      recipe: recipes.indexConcurrently,
    },
    'require-concurrent-index-deletion': {
      refusedIn: both,
      kind: 'blocks',
      why: 'A plain DROP INDEX stops everybody at the table while it waits for its lock.',
      recipe: recipes.dropIndexConcurrently,
    },
    'ban-concurrent-index-creation-in-transaction': {
      refusedIn: both,
      kind: 'unclear',
      why: "CONCURRENTLY can't run in a transaction, and this file runs in one.",
      recipe: recipes.withoutTransaction,
    },
    'ban-truncate-cascade': {
      refusedIn: both,
      kind: 'breaks',
      why: 'CASCADE empties every table that refers to this one, and theirs.',
    },
    'ban-create-domain-with-constraint': {
      refusedIn: both,
      kind: 'blocks',
      why: "A domain's constraint can't be changed later without reading every table that uses it.",
    },
    'ban-alter-domain-with-add-constraint': {
      refusedIn: both,
      kind: 'blocks',
      why: 'Every table that uses the domain is read under a lock.',
    },
    'syntax-error': { refusedIn: both, kind: 'unclear', why: "PostgreSQL can't read this." },

    'add-constraint-not-null': {
      refusedIn: both,
      kind: 'blocks',
      why: 'ADD CONSTRAINT … NOT NULL is a syntax error before PostgreSQL 18, and reads the whole table there.',
      recipe: recipes.notNullInSteps,
    },
    'check-in-new-column': {
      refusedIn: both,
      kind: 'blocks',
      why: 'A CHECK that comes with its column reads the whole table under a lock that stops even readers.',
      recipe: recipes.checkAfterColumn,
    },
    'serial-column': rewrites,
    'drop-object': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may still use it.',
      recipe: recipes.inAContract,
    },
    'drop-cascade': {
      refusedIn: both,
      kind: 'breaks',
      why: 'CASCADE takes along whatever hangs on it, and no file says what that is. Drop each by its name.',
    },
    'drop-constraint': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may rely on it, as ON CONFLICT does. Only a constraint of an earlier migration in this folder may go.',
      recipe: recipes.inAContract,
    },
    'drop-default': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may insert rows without this column.',
      recipe: recipes.inAContract,
    },
    'rename-object': {
      refusedIn: both,
      kind: 'breaks',
      why: 'Whichever code runs, one name is missing. Make a new one beside it, and drop the old one in a contract.',
    },
    'delete-rows': {
      refusedIn: expand,
      kind: 'breaks',
      why: 'The code that runs now may need these rows, and nothing brings them back.',
      recipe: recipes.inAContract,
    },
    'update-every-row': {
      refusedIn: both,
      kind: 'blocks',
      why: 'One UPDATE of every row locks all of them until its transaction ends, and doubles the table.',
      recipe: recipes.updateInBatches,
    },
    'transaction-control': {
      refusedIn: both,
      kind: 'unclear',
      why: 'The runner begins and ends the transaction: a file that does so itself could be left half done. Use one file for each transaction.',
    },
    'session-setting': {
      refusedIn: both,
      kind: 'unclear',
      why: 'The timeouts are the runner\'s: a file asks for a longer one in its head ("-- statement-timeout: 30min"). For anything else write SET LOCAL.',
    },
    'several-without-transaction': {
      refusedIn: both,
      kind: 'unclear',
      why: 'Without a transaction a file must hold exactly one statement: otherwise the first could be done and the second not. Use a file for each.',
    },
    'not-repeatable': {
      refusedIn: both,
      kind: 'unclear',
      why: 'Without a transaction it must be possible to run it again: an index needs a name and IF NOT EXISTS (IF EXISTS to drop it), and all but indexes, VALIDATE CONSTRAINT and VACUUM belongs in a transaction.',
      recipe: recipes.repeatably,
    },
    'nobody-can-tell': {
      refusedIn: both,
      kind: 'unclear',
      why: 'What this does stands in no statement that could be judged. Write plain statements.',
    },
    'not-known-as-safe': {
      refusedIn: both,
      kind: 'unclear',
      why: 'Nobody has shown that the code that runs now can go on beside this.',
    },
  } satisfies Record<string, Rule>),
)

/** Matters of taste to squawk, or what the runner sees to: they are not told. */
export const leftOut: ReadonlySet<string> = new Set([
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-text-field',
  'prefer-timestamp-tz',
  'prefer-repack',
  'ban-char-field',
  'require-enum-value-ordering',
  'require-table-schema',
  'transaction-nesting',
  'ban-uncommitted-transaction',
  'prefer-robust-stmts',
])
