/** A refusal in the service's own code and words. */

export class AwsFault extends Error {
  /** As the CLI prints it in brackets, such as `DBClusterNotFoundFault`. */
  readonly code: string
  /** The HTTP status. */
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** The request lacks what the action can't do without. */
export function missingParameter(name: string): AwsFault {
  return new AwsFault('MissingParameter', `The request must contain the parameter ${name}.`)
}

export function invalidValue(message: string): AwsFault {
  return new AwsFault('InvalidParameterValue', message)
}

export function invalidCombination(message: string): AwsFault {
  return new AwsFault('InvalidParameterCombination', message)
}

/** The service has no such action, or none that the practice account knows. */
export function invalidAction(action: string): AwsFault {
  return new AwsFault('InvalidAction', `The action ${action} is not valid for this web service.`)
}
