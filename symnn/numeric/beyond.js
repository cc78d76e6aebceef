// numbers with as many digits as it takes and an exponent without bounds: where floats end, the same lines run in these
const $big = (() => {
  const least = 256, most = 16384;
  let bits = least, reach = 0;
  const length = (m) => (m < 0n ? -m : m).toString(16).length * 4;
  const shifted = (m, by) => by >= 0 ? m << BigInt(by) : m >> BigInt(-by);
  const made = (m, e) => {
    const over = length(m) - bits;
    return over > 0 ? { m: shifted(m, -over), e: e + over } : { m, e };
  };
  const of = (x) => {  // what is infinite or nan stays a float
    if (typeof x !== "number" || !Number.isFinite(x)) return x;
    let e = 0;
    while (!Number.isInteger(x)) { x *= 2; e--; }
    return made(BigInt(x), e);
  };
  const ends = (a) => typeof a === "number";
  const sign = (a) => ends(a) ? Math.sign(a) : a.m > 0n ? 1 : a.m < 0n ? -1 : 0;
  const float = (a) => {
    if (ends(a)) return a;
    const over = length(a.m) - 64, e = a.e + over, half = Math.trunc(e / 2);
    return Number(shifted(a.m, -over)) * 2 ** half * 2 ** (e - half);
  };
  const neg = (a) => ends(a) ? -a : { m: -a.m, e: a.e };
  const both = (a, b) => {
    if (ends(a) || ends(b)) return (ends(a) ? a : 0) + (ends(b) ? b : 0);
    if (a.m === 0n || b.m === 0n) return a.m === 0n ? b : a;
    const [high, low] = a.e >= b.e ? [a, b] : [b, a], apart = high.e - low.e;
    if (apart > 2 * bits + length(low.m)) return high;
    return made(shifted(high.m, apart) + low.m, low.e);
  };
  const times = (a, b) => ends(a) || ends(b) ? (ends(a) ? a : sign(a)) * (ends(b) ? b : sign(b)) : made(a.m * b.m, a.e + b.e);
  const over = (a, b) => {
    if (ends(a) || ends(b)) return ends(b) ? (ends(a) ? NaN : of(0)) : a * (sign(b) || 1);
    if (b.m === 0n) return a.m === 0n ? NaN : sign(a) * Infinity;
    const more = bits + length(b.m);
    return made(shifted(a.m, more) / b.m, a.e - b.e - more);
  };
  const constants = new Map();
  const log2 = (places) => {  // the logarithm of 2 by that of quotients near 1
    if (!constants.has(places)) {
      const row = (n) => {
        const square = BigInt(n * n);
        let power = shifted(1n, places + 8) / BigInt(n), sum = 0n;
        for (let k = 1n; power > 0n; k += 2n, power /= square) sum += power / k;
        return sum;
      };
      constants.set(places, shifted(18n * row(26) - 2n * row(4801) + 8n * row(8749), -8));
    }
    return constants.get(places);
  };
  const exp = (a, digits = bits) => {
    if (ends(a)) return a === -Infinity ? of(0) : a;
    if (Math.abs(float(a)) > 2 ** 50) return sign(a) > 0 ? Infinity : of(0);
    const often = Math.floor(Math.sqrt(digits)), places = digits + 2 * often + 64;
    const x = shifted(a.m, a.e + places), two = log2(places), one = shifted(1n, places);
    const k = x / two - (x < 0n ? 1n : 0n), r = shifted(x - k * two, -often);
    let sum = one, term = one;
    for (let n = 1n; term > 0n; n++) { term = shifted(term * r, -places) / n; sum += term; }
    for (let n = 0; n < often; n++) sum = shifted(sum * sum, -places);
    return made(sum, Number(k) - places);
  };
  const log = (a) => {
    if (ends(a)) return a > 0 ? a : NaN;
    if (a.m <= 0n) return a.m === 0n ? -Infinity : NaN;
    const k = length(a.m) + a.e, part = { m: a.m, e: a.e - k }, places = bits + 64;
    let found = of(Math.log(float(part)));
    for (let known = 80; known < 2 * bits; known *= 2) {  // each step of Newton's doubles the digits
      found = both(found, both(times(part, exp(neg(found), Math.min(known + 32, bits))), of(-1)));
    }
    return both(found, made(BigInt(k) * log2(places), -places));
  };
  const power = (a, b) => {
    const n = float(b);
    if (ends(a) || ends(b) || (a.m <= 0n && !Number.isInteger(n)) || a.m === 0n) return of(float(a) ** n);
    if (!Number.isInteger(n) || Math.abs(n) > 1000) return exp(times(b, log(a)));
    let found = of(1);
    for (let i = 0; i < Math.abs(n); i++) found = times(found, a);
    return n < 0 ? over(of(1), found) : found;
  };
  const half = (a) => times(a, of(0.5)), less = (a, b) => both(a, neg(b));
  const larger = (a, b) => sign(less(a, b)) > 0 || Number.isNaN(a) ? a : b;
  const smaller = (a, b) => sign(less(a, b)) < 0 || Number.isNaN(a) ? a : b;
  const zero = (a) => sign(a) === 0;
  const sinh = (a) => half(less(exp(a), exp(neg(a)))), cosh = (a) => half(both(exp(a), exp(neg(a))));
  const own = {
    exp, log, sinh, cosh, power,
    sum: (...terms) => terms.reduce(both),
    product: (...factors) => factors.reduce(times),
    quotient: over, negative: neg,
    tanh: (a) => Math.abs(float(a)) > 1e9 ? of(sign(a)) : over(sinh(a), cosh(a)),
    log1p: (a) => log(both(a, of(1))),
    sqrt: (a) => zero(a) ? a : power(a, of(0.5)),
    abs: (a) => sign(a) < 0 ? neg(a) : a,
    sign: (a) => { if (zero(a)) kinks++; return of(sign(a)); },
    floor: (a) => ends(a) ? a : a.e < 0 ? made(shifted(a.m, a.e), 0) : a,
    maximum: larger, minimum: smaller,
    clip: (a, low, high) => smaller(larger(a, low), high),
    where: (a, above, below) => sign(a) > 0 ? above : below,
    heaviside: (a, at) => zero(a) ? (kinks++, at) : of(Number.isNaN(a) ? NaN : sign(a) > 0 ? 1 : 0),
    logaddexp: (a, b) => log(both(exp(a), exp(b))),
    weakly: (a, b) => zero(a) ? a : times(a, b),
    weakly_over: (a, b) => zero(a) && zero(b) ? a : over(a, b),
  };
  const noted = (a) => {
    if (!ends(a) && a.m !== 0n) reach = Math.max(reach, Math.abs(a.e + length(a.m)));
    return a;
  };
  const known = new Map(Object.entries(own).map(([name, f]) => [name, (...given) => noted(f(...given.map(of)))]));
  const functions = new Proxy({}, {  // of any other function floats have all digits there are
    get: (_, name) => known.get(name) ?? ((...given) => of(($others[name] ?? Math[name])(...given.map((a) => float(of(a)))))),
  });
  const floats = (found) => Array.isArray(found) ? found.map(floats) : float(of(found));
  const finite = (found) => Array.isArray(found) ? found.every(finite) : Number.isFinite(found);
  return (plain, lines) => (given) => {
    const before = kinks;
    $ended = false;
    const found = plain(given);
    if (!$ended && finite(found)) return found;
    for (bits = least; ; bits = Math.min(reach + least, most)) {  // beside the largest the smallest keeps its digits
      kinks = before;
      reach = 0;
      const now = floats(lines(functions)(given));
      if (reach + least / 2 <= bits || bits === most) return now;
    }
  };
})();
