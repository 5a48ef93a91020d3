#!/usr/bin/env bash
# Moves the traffic of a Service from one color to the other, and back again if any duty fails.
#   blue_green_switch.sh FROM TO
# Duties: verify the target's health, switch the traffic, validate that it flows, scale the old color to 1 replica.
# Environment: NAMESPACE (loanserve), SERVICE (api-main), DEPLOYMENT_PREFIX (api-), API_URL (asked when set),
#              DRAIN_SECONDS (30): how long open connections may finish on the old color before it shrinks.
#              VALIDATE_ATTEMPTS (30): how often, a second apart, to look whether the traffic flows.
set -euo pipefail

namespace=${NAMESPACE:-loanserve}
service=${SERVICE:-api-main}
prefix=${DEPLOYMENT_PREFIX:-api-}
drain=${DRAIN_SECONDS:-30}

fail() {
  printf 'blue_green_switch: %s\n' "$1" >&2
  exit "${2:-1}"
}

if [ $# -ne 2 ] || [ -z "$1" ] || [ -z "$2" ] || [ "$1" = "$2" ]; then
  fail 'usage: blue_green_switch.sh FROM TO, two different colors, e.g. blue green' 2
fi
from=$1 to=$2
for color in "$from" "$to"; do
  [[ $color =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]] || fail "\"$color\" is not a color: lower-case letters, digits and - only" 2
done
[[ $drain =~ ^[0-9]+$ ]] || fail "DRAIN_SECONDS is \"$drain\": it must be whole seconds, e.g. 30" 2

kube() { kubectl -n "$namespace" "$@"; }

selected_color() { kube get service "$service" -o "jsonpath={.spec.selector.color}"; }

# The addresses that get traffic, each with the pod behind it, from every EndpointSlice of the Service.
ready_pods() {
  kube get endpointslices -l "kubernetes.io/service-name=$service" \
    -o 'jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.targetRef.name}{"\n"}{end}'
}

# The test makes the switch conditional on the server: a selector that someone else has moved meanwhile is left alone.
point_at() {
  kube patch service "$service" --type json -p "[
    {\"op\": \"test\", \"path\": \"/spec/selector/color\", \"value\": \"$1\"},
    {\"op\": \"replace\", \"path\": \"/spec/selector/color\", \"value\": \"$2\"}]"
}

# Where the traffic came from stands on the Service, for whoever has to go back: the color, and the image it had then.
note() { kube get service "$service" -o "jsonpath={.metadata.annotations.handrail/$1}"; }
write_note() {
  kube annotate service "$service" --overwrite \
    "handrail/came-from$([ -n "$1" ] && echo "=$1" || echo -)" \
    "handrail/came-from-image$([ -n "$2" ] && echo "=$2" || echo -)" >/dev/null
}

# Every address that gets traffic belongs to the color, and there is at least one.
traffic_is_on() {
  local pods ready
  pods=$(kube get pods -l "color=$1" -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}')
  ready=$(ready_pods)
  [ -n "$ready" ] && [ -z "$(comm -23 <(sort <<<"$ready") <(sort <<<"$pods"))" ]
}

echo "1/4 Verify the health of $prefix$to"
read -r wanted ready updated < <(kube get deployment "$prefix$to" \
  -o 'jsonpath={.spec.replicas} {.status.readyReplicas} {.status.updatedReplicas}{"\n"}')
if [ "${wanted:-0}" -eq 0 ] || [ "${ready:-0}" -ne "$wanted" ] || [ "${updated:-0}" -ne "$wanted" ]; then
  fail "$prefix$to is not healthy: ${ready:-0} of ${wanted:-0} pods ready, ${updated:-0} updated. The traffic was not touched."
fi
echo "    $ready of $wanted pods ready"

now=$(selected_color)
if [ "$now" != "$from" ]; then
  fail "the Service $service selects \"$now\", not \"$from\". Nothing was changed. Look again at which color is live."
fi
replicas_before=$(kube get deployment "$prefix$from" -o 'jsonpath={.spec.replicas}')
image_before=$(kube get deployment "$prefix$from" -o 'jsonpath={.spec.template.spec.containers[0].image}')
note_before=$(note came-from) note_image_before=$(note came-from-image)

moving='' scaled=''
put_back() {
  local code=$?
  trap - EXIT
  # Whoever is impatient does not cut the putting back short.
  trap '' INT TERM HUP
  if [ "$code" -ne 0 ] && [ -n "$moving" ]; then
    if [ -n "$scaled" ]; then
      echo "blue_green_switch: a duty failed; giving $prefix$from its $replicas_before replicas back" >&2
      kube scale deployment "$prefix$from" --replicas="$replicas_before" >&2 || true
      kube rollout status deployment "$prefix$from" --timeout=120s >&2 || true
    fi
    write_note "$note_before" "$note_image_before" || true
    if [ "$(selected_color)" != "$to" ]; then
      echo "blue_green_switch: the traffic was not moved by this script" >&2
    elif point_at "$to" "$from" >&2; then
      echo "blue_green_switch: a duty failed; the traffic is back on $from" >&2
    else
      echo "blue_green_switch: the traffic could NOT be put back: look at the Service $service now" >&2
    fi
  fi
  exit "$code"
}
trap put_back EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "2/4 Switch the traffic from $from to $to"
moving=yes
write_note "$from" "$image_before"
point_at "$from" "$to"

echo "3/4 Validate that the traffic flows"
for attempt in $(seq "${VALIDATE_ATTEMPTS:-30}"); do
  if traffic_is_on "$to" && { [ -z "${API_URL:-}" ] || curl -fsS -m 5 -o /dev/null "$API_URL/healthz"; }; then break; fi
  [ "$attempt" -lt "${VALIDATE_ATTEMPTS:-30}" ] || fail "after ${VALIDATE_ATTEMPTS:-30} attempts the traffic does not flow to $to"
  sleep 1
done
echo "    every endpoint of $service is $to"
echo "    letting open connections finish for ${drain}s"
sleep "$drain"

echo "4/4 Scale the old color to 1 replica"
scaled=yes
kube scale deployment "$prefix$from" --replicas=1
traffic_is_on "$to" || fail "the traffic left $to while $from was scaled down"
echo "Traffic is on $to; $prefix$from keeps 1 replica as the way back."
