#!/usr/bin/env bash
# Moves the traffic of a Service from one color to the other, and back again if any duty fails: `handrail switch` by its path.
#   blue_green_switch.sh FROM TO
# Duties: verify the target's health, switch the traffic, validate that it flows, scale the old color to 1 replica.
# Environment: NAMESPACE (loanserve), SERVICE (api-main), DEPLOYMENT_PREFIX (api-), API_URL (asked when set),
#              DRAIN_SECONDS (30): how long open connections may finish on the old color before it shrinks.
#              VALIDATE_ATTEMPTS (30): how often, a second apart, to look whether the traffic flows.
# Exit codes:  0 switched, 1 a duty failed and everything is as before, 2 usage, 7 something could not be put back,
#              130 or 143 interrupted and everything is as before.
set -euo pipefail

fail() {
  printf 'blue_green_switch: %s\n' "$1" >&2
  exit 2
}

if [ $# -ne 2 ] || [ -z "$1" ] || [ -z "$2" ] || [ "$1" = "$2" ]; then
  fail 'usage: blue_green_switch.sh FROM TO, two different colors, e.g. blue green'
fi
for color in "$1" "$2"; do
  [[ $color =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]] || fail "\"$color\" is not a color: lower-case letters, digits and - only"
done

# In a run, the Handrail that carries it out is on the PATH; elsewhere the one that this file belongs to.
handrail=$(command -v handrail) ||
  handrail=$(cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../../bin" && pwd)/handrail.js

NAMESPACE=${NAMESPACE:-loanserve} exec "$handrail" switch "$1" "$2"
