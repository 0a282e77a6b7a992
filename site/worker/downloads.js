/** The files of the start: loaded at the same time, counted byte by byte if wanted, tried twice. */

const PAUSE = 500; // ms before the second try
const BETWEEN = 100; // ms between two reports: each costs the page a repaint
const SOON = 1000; // ms of loading, before it can be told how long the rest takes
const browsersFetch = self.fetch.bind(self); // boot.js puts another in its place for Pyodide

export class Downloads {
  /** @type {Map<string, number>} bytes that have come, by URL */
  #loaded = new Map();
  /** @type {Map<string, number>} bytes by URL, as the build says */
  #sizes = new Map();
  /** @type {Map<string, number>} bytes by URL, where a host sends fewer, compressed */
  #travelling = new Map();
  #begun = performance.now();
  #told = 0;
  #counting;
  /** Called as bytes come, with the seconds that the rest may take. @type {(loaded: number, total: number, left?: number) => void} */
  report = () => {};

  /** @param {{ counting: boolean }} options without counting, a file has come when it is whole */
  constructor({ counting }) {
    this.#counting = counting;
  }

  /** @param {string} url of the build's manifest; without it there is only no bar */
  async measure(url) {
    try {
      const { files } = await (await fetchOk(url)).json();
      for (const { path, bytes } of files) this.#sizes.set(new URL(path, url).href, bytes);
    } catch {
      return;
    }
    this.tell();
  }

  /** @param {string} url @returns {Promise<WebAssembly.Module>} */
  compiled(url) {
    return this.#twice(url, async (response) => {
      // Some hosts don't know what this is, and then a browser takes only the bytes.
      if (!response.headers.get("content-type")?.startsWith("application/wasm")) {
        return WebAssembly.compile(await (await this.#body(url, response)).arrayBuffer());
      }
      if (this.#counting) {
        // The bytes are counted in a copy, since compiling tells nothing while it goes on.
        const copy = this.#pieces(url, response.clone());
        copy.catch(() => {}); // compiling says what is wrong
      }
      const module = await WebAssembly.compileStreaming(response);
      this.#whole(url);
      return module;
    });
  }

  /** @param {string} url of a gzip file @returns {Promise<Uint8Array>} what is in it */
  gunzipped(url) {
    return this.#twice(url, async (response) => {
      const pieces = await this.#pieces(url, response);
      const [one, two] = pieces[0] ?? [];
      // A host may have marked it as compressed, and then the browser has unpacked it.
      const packed = one === 0x1f && two === 0x8b;
      const all = stream(pieces);
      const unpacked = packed ? all.pipeThrough(new DecompressionStream("gzip")) : all;
      return new Uint8Array(await new Response(unpacked).arrayBuffer());
    });
  }

  /** @param {string} url @returns {Promise<string>} */
  text(url) {
    return this.#twice(url, async (response) => (await this.#body(url, response)).text());
  }

  /** @param {string} url @returns {Promise<Uint8Array<ArrayBuffer>>} */
  bytes(url) {
    return this.#twice(url, async (response) => {
      return new Uint8Array(await (await this.#body(url, response)).arrayBuffer());
    });
  }

  /** @param {string[]} urls @returns {Promise<any[]>} the modules' exports */
  modules(urls) {
    return Promise.all(
      urls.map(async (url) => {
        this.#loaded.set(url, 0);
        // A browser may remember that a module failed; under another name it tries again.
        const module = await import(url).catch(() => later(() => import(`${url}?again`)));
        const [timing] = performance.getEntriesByName(url, "resource");
        if (timing instanceof PerformanceResourceTiming) this.#travels(url, timing.encodedBodySize);
        this.#whole(url);
        return module;
      }),
    );
  }

  /** @param {string} url @param {number} bytes that come of it; 0 if that is not known */
  #travels(url, bytes) {
    if (bytes > 0) this.#travelling.set(url, bytes);
  }

  /**
   * @template T
   * @param {string} url
   * @param {(response: Response) => Promise<T>} use
   */
  async #twice(url, use) {
    const once = async () => {
      this.#loaded.set(url, 0);
      const response = await fetchOk(url);
      if (response.headers.has("content-encoding")) {
        this.#travels(url, Number(response.headers.get("content-length")));
      }
      return use(response);
    };
    try {
      return await once().catch(() => later(once));
    } catch (error) {
      const name = url.slice(url.lastIndexOf("/") + 1);
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${name} could not be loaded, twice (${reason}).`);
    }
  }

  /** @param {string} url @param {Response} response */
  async #body(url, response) {
    return new Response(stream(await this.#pieces(url, response)));
  }

  /** @param {string} url @param {Response} response @returns {Promise<Uint8Array<ArrayBuffer>[]>} */
  async #pieces(url, response) {
    if (!this.#counting) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      this.#whole(url);
      return [bytes];
    }
    if (response.body === null) throw new Error("it came without content");
    const pieces = [];
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return pieces;
      pieces.push(value);
      this.#loaded.set(url, (this.#loaded.get(url) ?? 0) + value.byteLength);
      this.tellSoon();
    }
  }

  /** @param {string} url of a file of which all has come, however much that is */
  #whole(url) {
    this.#loaded.set(url, Number.POSITIVE_INFINITY);
    this.tell();
  }

  /** Report anew, if what was reported last is not quite new. */
  tellSoon() {
    if (performance.now() - this.#told > BETWEEN) this.tell();
  }

  /** Report anew, once the build's manifest has come. */
  tell() {
    this.#told = performance.now();
    let [loaded, total] = [0, 0];
    for (const [url, bytes] of this.#loaded) {
      const size = this.#sizes.get(url) ?? 0;
      const travels = Math.min(size, this.#travelling.get(url) ?? size);
      // What comes compressed is counted as it is unpacked: of each part, its share.
      loaded += size > 0 ? travels * Math.min(1, bytes / size) : 0;
      total += travels;
    }
    if (total > 0) this.report(loaded, total, this.#left(loaded, total));
  }

  /** @param {number} loaded @param {number} total @returns {number | undefined} seconds */
  #left(loaded, total) {
    const taken = this.#told - this.#begun;
    if (!this.#counting || taken < SOON || loaded === 0) return undefined;
    return ((total - loaded) / loaded) * (taken / 1000);
  }
}

/**
 * @template T
 * @param {() => Promise<T>} action
 */
async function later(action) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  return action();
}

/** @param {Uint8Array<ArrayBuffer>[]} pieces @returns {ReadableStream<Uint8Array<ArrayBuffer>>} */
function stream(pieces) {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

/** @param {string} url */
async function fetchOk(url) {
  const response = await browsersFetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}
