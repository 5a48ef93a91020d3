/** Kubernetes quantities: `100m`, `2`, `128Mi`, `1e3`. */

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/** The number that a quantity stands for; 0 for what isn't one. */
export function quantity(text: string | number | undefined): number {
  if (typeof text === 'number') return text
  const found = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(text ?? '')
  return found === null ? 0 : Number(found[1]) * (suffixes[found[2] ?? ''] ?? 0)
}
