/** Reads zip files whose entries are stored, not compressed: build.py gzips such a zip as a whole. */

const END_OF_DIRECTORY = 0x06054b50;
const END_LENGTH = 22; // bytes, without the comment that build.py doesn't write

/**
 * @param {Uint8Array} zip
 * @returns {Map<string, Uint8Array>} contents by name; views into the zip, not copies
 */
export function unzip(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.byteLength - END_LENGTH;
  if (end < 0 || view.getUint32(end, true) !== END_OF_DIRECTORY) {
    throw new Error("An archive of the page is broken.");
  }
  const text = new TextDecoder();
  const files = new Map();
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const size = view.getUint32(entry + 24, true);
    const nameLength = view.getUint16(entry + 28, true);
    const name = text.decode(zip.subarray(entry + 46, entry + 46 + nameLength));
    const local = view.getUint32(entry + 42, true);
    // The name and the extra field of an entry itself may differ in length from the directory's.
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files.set(name, zip.subarray(start, start + size));
    entry += 46 + nameLength + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}
