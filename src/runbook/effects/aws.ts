/** The AWS CLI, by service and operation (docs.aws.amazon.com/cli/latest/reference). */
import { change, destroy, guess, type Judge, type Judgment, read } from './judgment.ts'
import { readWords } from './options.ts'

/** Global options with a value; an operation's own stand behind it and don't matter. */
const valued: ReadonlySet<string> = new Set(
  (
    '--region --profile --endpoint-url --output --query --color --ca-bundle --cli-read-timeout ' +
    '--cli-connect-timeout --cli-binary-format'
  ).split(' '),
)

const bare: ReadonlySet<string> = new Set(
  (
    '--debug --no-verify-ssl --no-paginate --no-sign-request --no-cli-pager --no-cli-auto-prompt --cli-auto-prompt ' +
    '--version'
  ).split(' '),
)

const reads =
  /^(describe|list|get|batch-get|head|lookup|search|filter|test|validate|estimate|preview|simulate)-|^(wait|help|scan|query|tail|get)$/
const destroys = /^(delete|batch-delete|terminate|deregister|purge)-|^(delete|schedule-key-deletion)$/

/** `--dry-run`, `--dryrun` and `--generate-cli-skeleton` make it a read; what is not known is a change. */
export const judgeAws: Judge = ({ args }) => {
  const { options, operands, firstOperand } = readWords(args, { valued }, true)
  const before = args.slice(0, firstOperand)
  const odd = options.find(({ name, value }) => value === undefined && !bare.has(name))
  const [service] = operands
  const [operation] = readWords(operands.slice(1), { valued }, true).operands
  if (before.some((arg) => arg.several)) return change('the aws operation is not known before it runs')
  if (odd !== undefined) return change(`aws ${odd.name} is not known, so the operation is not either`)
  if (service === undefined || service.text === 'help') return read('aws alone prints its help')
  if (!service.fixed || operation?.fixed === false)
    return change('the aws operation is not known before it runs')
  if (operation === undefined) {
    return guess(`aws ${service.text} without an operation is not known`)
  }
  const words = operands.map((operand) => operand.text)
  return judgeOperation(service.text, operation.text, words)
}

function judgeOperation(service: string, operation: string, words: readonly string[]): Judgment {
  const name = `aws ${service} ${operation}`
  if (words.some((word) => /^--(dry-?run|generate-cli-skeleton)(=|$)/.test(word))) {
    return read(`${name} as a dry run changes nothing`)
  }
  if (service === 's3') return judgeS3(operation, words)
  if (service === 'configure') {
    return ['list', 'get', 'list-profiles'].includes(operation)
      ? read(`${name} only reads`)
      : change(`${name} changes the configuration`)
  }
  if (reads.test(operation)) return read(`${name} only reads`)
  if (destroys.test(operation)) return destroy(`${name} removes something for good`)
  return change(`${name} changes something`)
}

function judgeS3(operation: string, words: readonly string[]): Judgment {
  if (['ls', 'presign', 'help'].includes(operation)) return read(`aws s3 ${operation} only reads`)
  if (['rm', 'rb'].includes(operation)) return destroy(`aws s3 ${operation} removes objects`)
  if (operation === 'sync' && words.includes('--delete'))
    return destroy('aws s3 sync --delete removes objects')
  return change(`aws s3 ${operation} writes objects or files`)
}
