/** Kubernetes quantities as numbers: `250m`, `1.5Gi`, `3300738n`, `1e3`. */

/** Suffixes of resource.Quantity (k8s.io/apimachinery/pkg/api/resource). */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** In cores for CPU, in bytes for memory; undefined for a text that is no quantity. */
export function readQuantity(text: string): number | undefined {
  const [, number, suffix = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text.trim()) ?? []
  const factor = factors[suffix]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor
}
