/** Environment variables that a block may name without being a parameter's or its own. */

const known: ReadonlySet<string> = new Set(
  // POSIX and what a login gives
  (
    'HOME PATH USER LOGNAME SHELL TERM LANG LANGUAGE TZ PWD OLDPWD TMPDIR EDITOR VISUAL PAGER DISPLAY COLUMNS LINES ' +
    'HOSTNAME MAIL COLORTERM NO_COLOR CI ' +
    // bash itself
    'RANDOM SRANDOM SECONDS LINENO IFS REPLY OPTARG OPTIND OPTERR PPID UID EUID GROUPS PIPESTATUS FUNCNAME SHLVL ' +
    'HOSTTYPE MACHTYPE OSTYPE DIRSTACK EPOCHSECONDS EPOCHREALTIME COPROC MAPFILE PS1 PS4 TIMEFORMAT ' +
    // what a run is pinned by
    'KUBECONFIG NODE_ENV DATABASE_URL'
  ).split(' '),
)

/** Families: the shell's own, the locale's, the desktop's, and those of the tools that runbooks call. */
const families =
  /^(BASH|LC|XDG|AWS|KUBECTL|HANDRAIL|PG|SSH|GIT|GITHUB|HTTP|HTTPS|NO)_|^BASH$|^BASHPID$|^PG[A-Z]+$|^(https?|no)_proxy$/

/** Whether a variable is known to come from the environment rather than from a runbook. */
export function isWellKnown(name: string): boolean {
  return known.has(name) || families.test(name)
}

/** Whether it is one of the shell's own parameters: `$1`, `$@`, `$?`, `$$` and their like. */
export function isSpecial(name: string): boolean {
  return !/^[A-Za-z_]/.test(name) || name === '_'
}

/** Variables that say how every command is found and run: a parameter of that name would steer them all. */
const steering =
  /^(PATH|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS4|CDPATH|GLOBIGNORE|HOME|SHELL|KUBECONFIG|NODE_OPTIONS|LD_.*|DYLD_.*|HANDRAIL_.*|PROMPT_COMMAND|UID|EUID|PPID|RANDOM|SECONDS|LINENO)$/

/** Whether a parameter may not bear this name, since its value would change what commands mean. */
export function isSteering(name: string): boolean {
  return steering.test(name) || name in {}
}

/** Whether giving the variable another value inside a block changes which program, or which cluster, a name means. */
export function redirectsCommands(name: string): boolean {
  return /^(PATH|ENV|BASH_ENV|KUBECONFIG|AWS_(PROFILE|REGION|DEFAULT_REGION|ENDPOINT_URL.*|ACCESS_KEY_ID)|NODE_OPTIONS|LD_.*|DYLD_.*)$/.test(
    name,
  )
}
