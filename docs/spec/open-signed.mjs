// Opens a root or a trust list with what every browser has: who has signed, and are they enough?
// docs/spec/trust-list.md has the rules for what stands in it; this is an example, and no verifier.
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const head = (major, n) => n < 24 ? [major << 5 | n] : n < 256 ? [major << 5 | 24, n] : [major << 5 | 25, n >> 8, n & 255];
const bstr = (bytes) => bytes.length < 65536 ? join(head(2, bytes.length), bytes)
  : join([90], new Uint8Array(new Uint32Array([bytes.length]).buffer).reverse(), bytes);

function read(data, at = 0) { // one CBOR item: [item, where the next begins]; maps are flat
  const major = data[at] >> 5, low = data[at] & 31, width = low < 24 ? 0 : 1 << (low - 24);
  if (low > 27) throw new Error("no definite length");
  const number = data.slice(at + 1, at + 1 + width).reduce((sum, byte) => sum * 256 + byte, low < 24 ? low : 0);
  let end = at + 1 + width;
  if (major < 2) return [major ? -1 - number : number, end];
  if (major === 7) return [{ 20: false, 21: true, 22: null }[low], end];
  if (major === 6) return read(data, end);
  if (major < 4) {
    if (end + number > data.length) throw new Error("cut");
    const bytes = data.slice(end, end + number);
    return [major === 2 ? bytes : new TextDecoder("utf-8", { fatal: true }).decode(bytes), end + number];
  }
  const items = [];
  for (let left = major === 5 ? 2 * number : number; left > 0; left--) { const [item, next] = read(data, end); items.push(item); end = next; }
  return [items, end];
}

export async function openSigned(data, type, keys, threshold) { // COSE_Sign; keys: [{id, algorithm, public}]
  const [[body, unprotected, payload, signatures], end] = read(data);
  if (end !== data.length || unprotected.length || read(body)[0].join() !== `16,${type}`) throw new Error("form");
  const signed = new Set();
  for (const [header, , signature] of signatures) {
    const [, algorithm, , id] = read(header)[0], key = keys.find((each) => each.id.join() === id.join());
    if (!key) continue; // perhaps the next root's
    const [name, how] = algorithm === -7 ? [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }] : ["Ed25519", "Ed25519"];
    const known = await crypto.subtle.importKey("raw", key.public, name, false, ["verify"]);
    const bytes = join(head(4, 5), head(3, 9), new TextEncoder().encode("Signature"), bstr(body), bstr(header), [64], bstr(payload));
    if (algorithm !== key.algorithm || !await crypto.subtle.verify(how, known, signature, bytes)) throw new Error("signature");
    signed.add(key.id.join());
  }
  if (signed.size < threshold) throw new Error(`signed by ${signed.size} of ${threshold}`);
  return read(payload)[0]; // label, value, label, value, …
}
