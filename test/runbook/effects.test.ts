import { expect, test } from 'vitest'
import { inferEffect } from '../../src/runbook/effects.ts'
import { commands } from './guide.ts'

const because = (source: string) => inferEffect(source).commands.map((command) => command.because)

test.each(commands)('%s is what a person would say: %s', (source, effect) => {
  expect(inferEffect(source)).toMatchObject({ effect, faults: [] })
})

test.each([
  // kubectl, by verb
  ['kubectl -n x get pods', 'read'],
  ['kubectl --context=prod --namespace x get pods', 'read'],
  ['kubectl -nx -v=6 describe pod y', 'read'],
  ['kubectl', 'read'],
  ['kubectl explain pods', 'read'],
  ['kubectl api-resources', 'read'],
  ['kubectl version', 'read'],
  ['kubectl diff -f x.yaml', 'read'],
  ['kubectl wait --for=condition=ready pod/x', 'read'],
  ['kubectl events', 'read'],
  ['kubectl cluster-info', 'read'],
  ['kubectl cluster-info dump --output-directory=/tmp/x', 'change'],
  ['kubectl rollout history deployment/x', 'read'],
  ['kubectl rollout -n y status deployment/x', 'read'],
  ['kubectl rollout undo deployment/x', 'change'],
  ['kubectl rollout restart deployment/x', 'change'],
  ['kubectl auth can-i delete pods', 'read'],
  ['kubectl auth reconcile -f x', 'change'],
  ['kubectl config view', 'read'],
  ['kubectl config use-context x', 'change'],
  ['kubectl set env deployment/x --list', 'read'],
  ['kubectl set env deployment/x A=1', 'change'],
  ['kubectl label pod x a=b', 'change'],
  ['kubectl create configmap x', 'change'],
  ['kubectl cordon node1', 'change'],
  ['kubectl edit deployment x', 'change'],
  ['kubectl scale deployment x --replicas=0', 'change'],
  ['kubectl port-forward svc/x 80', 'change'],
  ['kubectl cp x:/a b', 'change'],
  ['kubectl delete pod x', 'destroy'],
  ['kubectl drain node1', 'destroy'],
  ['kubectl replace --force -f x', 'destroy'],
  ['kubectl replace -f x', 'change'],
  ['kubectl apply --prune -f x', 'destroy'],
  ['kubectl apply -f -', 'change'],
  ['kubectl apply view-last-applied deployment x', 'read'],
  ['kubectl delete pod x --dry-run=server', 'read'],
  ['kubectl apply -f x --dry-run=client', 'read'],
  ['kubectl apply -f x --dry-run=none', 'change'],
  ['kubectl apply -f x --dry-run=$MODE', 'change'],
  ['kubectl frobnicate x', 'change'],
  ['kubectl --frob get pods', 'change'],
  ['kubectl $VERB pods', 'change'],
  ['kubectl $FLAGS get pods', 'change'],
  ['kubectl get pods $FLAGS', 'read'],
  ['kubectl exec x -- curl -s localhost/healthz', 'read'],
  ['kubectl exec x -c api -- env', 'read'],
  ['kubectl exec -it x -- bash', 'change'],
  ['kubectl exec x -- rm -rf /data', 'destroy'],
  ['kubectl exec x -- sh -c "cat /etc/hosts"', 'read'],
  ['kubectl exec x -- kubectl apply -f y --dry-run=client', 'read'],
  ['kubectl exec x --dry-run=client -- touch y', 'change'],
  ['kubectl exec x pg_isready', 'read'],
  ['/usr/local/bin/kubectl delete pod x', 'destroy'],
  // aws, by service and operation
  ['aws sts get-caller-identity', 'read'],
  ['aws --region eu-west-1 rds describe-db-clusters', 'read'],
  ['aws rds --region eu-west-1 describe-db-clusters', 'read'],
  ['aws --profile=p --output json --no-cli-pager ec2 describe-instances', 'read'],
  ['aws rds wait db-instance-available --db-instance-identifier x', 'read'],
  ['aws s3 ls', 'read'],
  ['aws s3api head-object --bucket x --key y', 'read'],
  ['aws s3 rm s3://x/y', 'destroy'],
  ['aws s3 rm s3://x/y --dryrun', 'read'],
  ['aws s3 rb s3://x', 'destroy'],
  ['aws s3 sync . s3://x --delete', 'destroy'],
  ['aws s3 cp a s3://x', 'change'],
  ['aws rds delete-db-cluster --db-cluster-identifier x', 'destroy'],
  ['aws ec2 terminate-instances --instance-ids x', 'destroy'],
  ['aws ec2 stop-instances --instance-ids x', 'change'],
  ['aws ec2 run-instances --dry-run', 'read'],
  ['aws sqs purge-queue --queue-url x', 'destroy'],
  ['aws ecs deregister-task-definition --task-definition x', 'destroy'],
  ['aws rds modify-db-cluster --db-cluster-identifier x', 'change'],
  ['aws rds $OPERATION', 'change'],
  ['aws --frob rds describe-db-clusters', 'change'],
  ['aws configure list', 'read'],
  ['aws configure set region x', 'change'],
  ['aws --version', 'read'],
  // curl
  ['curl -fsS -m 5 "$URL/healthz"', 'read'],
  ['curl -I http://x', 'read'],
  ['curl -X GET http://x', 'read'],
  ['curl -XHEAD http://x', 'read'],
  ['curl -sX POST http://x', 'change'],
  ['curl --request PUT http://x', 'change'],
  ['curl -X DELETE http://x', 'destroy'],
  ['curl -X "$METHOD" http://x', 'change'],
  ['curl -d a=b http://x', 'change'],
  ['curl -G -d a=b http://x', 'read'],
  ['curl --json {} http://x', 'change'],
  ['curl -F a=@b http://x', 'change'],
  ['curl -T file http://x', 'change'],
  ['curl -o /dev/null -w "%{http_code}" http://x', 'read'],
  ['curl -o page.html http://x', 'change'],
  ['curl -sSO http://x/y', 'change'],
  ['curl -K options.txt', 'change'],
  ['curl $CURL_OPTS http://x', 'change'],
  ['curl "$@"', 'change'],
  [`curl "\${flags[@]}" http://x`, 'change'],
  // psql
  ['psql -c "SELECT 1"', 'read'],
  [`psql "$DATABASE_URL" -tAc "select count(*) from loans where state = 'DELETE'"`, 'read'],
  ['psql -c "EXPLAIN DELETE FROM loans"', 'read'],
  ['psql -c "EXPLAIN ANALYZE DELETE FROM loans"', 'destroy'],
  ['psql -c "WITH x AS (DELETE FROM loans RETURNING *) SELECT * FROM x"', 'destroy'],
  ['psql -c "DROP TABLE loans"', 'destroy'],
  ['psql -c "ALTER TABLE loans DROP COLUMN x"', 'destroy'],
  ['psql -c "SELECT 1; TRUNCATE loans"', 'destroy'],
  ['psql -c "ALTER TABLE loans ADD COLUMN x text"', 'change'],
  ['psql -c "UPDATE loans SET x = 1"', 'change'],
  ['psql -c "SELECT * INTO copy FROM loans"', 'change'],
  ['psql -c "SELECT pg_terminate_backend(1)"', 'change'],
  ['psql -c "SELECT * FROM $TABLE"', 'change'],
  ['psql -c "\\dt"', 'read'],
  ['psql -c "\\! rm x"', 'change'],
  ['psql -f x.sql', 'change'],
  ['psql -l', 'read'],
  ['psql', 'change'],
  ["psql <<'SQL'\nSELECT 1;\nSQL", 'read'],
  ['psql <<< "DROP TABLE x"', 'destroy'],
  // common programs
  ['echo a | sort | uniq -c | head -3', 'read'],
  ['[ -f x ] && test -d y', 'read'],
  ['[[ $a == b* ]]', 'read'],
  ['sleep 5; date; true', 'read'],
  ["sed -n '1,5p' x", 'read'],
  ["sed -i 's/a/b/' x", 'change'],
  ["sed -Ei.bak 's/a/b/' x", 'change'],
  ["sed 's/a/b/w out' x", 'change'],
  ["awk '$3 > 80 { print $1 }' x", 'read'],
  [`awk '{ print > "out" }' x`, 'change'],
  [`awk 'BEGIN { system("rm x") }'`, 'change'],
  ['sort -o x x', 'change'],
  ['tee /dev/null', 'read'],
  ['tee out', 'change'],
  ['find . -name "*.log"', 'read'],
  ['find . -name "*.log" -delete', 'destroy'],
  ['find . -exec grep x {} \\;', 'read'],
  ['find . -exec rm {} +', 'destroy'],
  ['date -s 12:00', 'change'],
  ['rm -f x', 'destroy'],
  ['mkdir -p x', 'change'],
  ['git status', 'read'],
  ['git -C x log', 'read'],
  ['git branch', 'read'],
  ['git push', 'change'],
  ['git push --force', 'destroy'],
  ['helm list -A', 'read'],
  ['helm -n x upgrade y z', 'change'],
  ['helm uninstall y', 'destroy'],
  ['terraform plan', 'read'],
  ['terraform destroy', 'destroy'],
  ['docker ps', 'read'],
  ['docker system prune', 'destroy'],
  ['systemctl status x', 'read'],
  ['systemctl restart x', 'change'],
  ['npm ls', 'read'],
  ['nc -z host 80', 'read'],
  ['./deploy.sh', 'change'],
  ['./test', 'change'],
  ['frobnicate --help', 'read'],
  ['"$TOOL" get', 'change'],
  ['$(which kubectl) get pods', 'change'],
  ['source ./env.sh', 'change'],
  ['', 'read'],
  ['# only a comment', 'read'],
  ['x=1', 'read'],
] as const)('%j is %s', (source, effect) => {
  expect(inferEffect(source).effect).toBe(effect)
})

test.each([
  ['true && kubectl delete pod x'],
  ['if kubectl delete pod x; then :; fi'],
  ['if true; then :; elif false; then :; else kubectl delete pod x; fi'],
  ['for i in a b; do kubectl delete pod $i; done'],
  ['while ! kubectl delete pod x; do sleep 1; done'],
  ['until kubectl delete pod x; do sleep 1; done'],
  ['case $x in a) kubectl delete pod x;; esac'],
  ['(kubectl delete pod x)'],
  ['{ kubectl delete pod x; }'],
  ['! kubectl delete pod x'],
  ['time kubectl delete pod x'],
  ['kubectl delete pod x &'],
  ['echo "$(kubectl delete pod x)"'],
  ['echo `kubectl delete pod x`'],
  ['echo `echo \\`kubectl delete pod x\\``'],
  ['x=$(kubectl delete pod x)'],
  ['export x=$(kubectl delete pod x)'],
  ['a=($(kubectl delete pod x))'],
  ['echo $(( $(kubectl delete pod x) + 1 ))'],
  ['[[ -n $(kubectl delete pod x) ]]'],
  ['cat <(kubectl delete pod x)'],
  ['cat <<END\n$(kubectl delete pod x)\nEND'],
  ['cat <<< "$(kubectl delete pod x)"'],
  ['f() { kubectl delete pod x; }; f'],
  ['sudo kubectl delete pod x'],
  ['sudo -u root -- kubectl delete pod x'],
  ['env A=1 kubectl delete pod x'],
  ['timeout 5 kubectl delete pod x'],
  ['timeout -k 5 10 nice -n 5 kubectl delete pod x'],
  ['nohup kubectl delete pod x'],
  ['command kubectl delete pod x'],
  ['exec kubectl delete pod x'],
  ['watch -n 1 kubectl delete pod x'],
  ['echo x | xargs kubectl delete pod'],
  ['echo x | xargs -I{} -n 1 kubectl delete pod {}'],
  ["bash -c 'kubectl delete pod x'"],
  ["bash -euxc 'kubectl delete pod x'"],
  [`bash -c "bash -c 'kubectl delete pod x'"`],
  ["sudo sh -c 'kubectl delete pod x'"],
  ["bash <<'END'\nkubectl delete pod x\nEND"],
  ["eval 'kubectl delete pod x'"],
  ["xargs -I{} sh -c 'kubectl delete pod {}'"],
  ['bash <<END\nkubectl delete pod $X\nEND'],
  ["trap 'kubectl delete pod x' EXIT"],
  ['rm() { true; }; rm x'],
])('a command is found wherever it stands: %j destroys', (source) => {
  expect(inferEffect(source)).toMatchObject({ effect: 'destroy', faults: [] })
})

test.each([
  ['echo a > /dev/null 2>&1', 'read'],
  ['echo a >&2', 'read'],
  ['cat < file', 'read'],
  ['grep a b 2> /dev/null', 'read'],
  ['echo a > file', 'change'],
  ['echo a >> "$FILE"', 'change'],
  ['{ echo a; echo b; } > file', 'change'],
  ['echo a &> file', 'change'],
  ['echo a >| file', 'change'],
  ['echo a > >(cat)', 'read'],
  ["echo '> file'", 'read'],
] as const)('a redirection that writes a file is a change: %j is %s', (source, effect) => {
  expect(inferEffect(source).effect).toBe(effect)
})

test.each([
  ['PATH=/tmp:$PATH\nkubectl get pods'],
  ['KUBECONFIG=other kubectl get pods'],
  ['export AWS_PROFILE=prod\naws s3 ls'],
  ['env PATH=/tmp kubectl get pods'],
])('a block that moves what its commands mean is a change: %j', (source) => {
  expect(inferEffect(source).effect).toBe('change')
})

test('what can only be known when it runs is a change', () => {
  expect(inferEffect('bash -c "$SCRIPT"').effect).toBe('change')
  expect(inferEffect('curl http://x | bash').effect).toBe('change')
  expect(inferEffect('bash deploy.sh').effect).toBe('change')
  expect(inferEffect('xargs curl').effect).toBe('change')
})

test('every command use has its words, with expansions as they are written, and a reason', () => {
  expect(inferEffect(`kubectl set image "deployment/api-$IDLE" 'api=x' -n "\${NS}" > out`).commands).toEqual([
    {
      words: ['kubectl', 'set', 'image', 'deployment/api-$IDLE', 'api=x', '-n', `\${NS}`],
      effect: 'change',
      because: 'kubectl set changes objects',
    },
    { words: ['>', 'out'], effect: 'change', because: 'writes out' },
  ])
})

test('the commands of bash -c are given one by one, those behind sudo as one', () => {
  expect(inferEffect("bash -c 'kubectl get pods; rm x'").commands.map((use) => use.words)).toEqual([
    ['kubectl', 'get', 'pods'],
    ['rm', 'x'],
  ])
  expect(inferEffect("sudo bash -c 'kubectl get pods; rm x'").commands).toEqual([
    {
      words: ['sudo', 'bash', '-c', 'kubectl get pods; rm x'],
      effect: 'destroy',
      because: 'rm removes files',
    },
  ])
})

test('reasons are said in a few words', () => {
  expect(because('kubectl exec x -- pg_isready; ./x.sh; psql -c "DROP TABLE x"')).toEqual([
    'only reads in the pod: pg_isready changes nothing',
    'what ./x.sh does is not known',
    'SQL: DROP removes data or schema',
  ])
})

test('what is no valid shell is a change, with the fault and its offset', () => {
  expect(inferEffect('if true; then ls')).toMatchObject({ effect: 'change', faults: [{ offset: 16 }] })
  expect(inferEffect('echo $(ls')).toMatchObject({ effect: 'change', faults: [{ offset: 5 }] })
  expect(inferEffect('kubectl delete pod "x')).toMatchObject({ effect: 'destroy' })
})

test('what is certain leaves out what is only guessed', () => {
  expect(inferEffect('./x.sh').certain).toBe('read')
  expect(inferEffect('./x.sh; kubectl scale deployment x --replicas=1').certain).toBe('change')
})
