/** Something that Handrail will not do, said to the operator, with the exit code that says it to a script. */
import { exitCode } from './exit-code.ts'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: number

  /** The message says what happened, what was not changed and what to do now. */
  constructor(message: string, code: number = exitCode.refused) {
    super(message)
    this.code = code
  }
}
