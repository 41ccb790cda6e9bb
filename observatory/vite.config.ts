import react from '@vitejs/plugin-react';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin, type ProxyOptions } from 'vite';

const API = process.env.PHLO_API ?? 'http://127.0.0.1:4000';
const TEXT = /\.(js|css|svg|json)$/;
const WORTH_PACKING_BYTES = 1024;

/** Writes .br and .gz beside every text file, so that the server never compresses. */
function precompress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  let folder = '';
  async function pack(path: string): Promise<void> {
    const plain = await readFile(path);
    if (plain.length < WORTH_PACKING_BYTES) return;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    };
    const [br, gz] = await Promise.all([brotli(plain, { params }), zip(plain, { level: 9 })]);
    if (br.length < plain.length) await writeFile(`${path}.br`, br);
    if (gz.length < plain.length) await writeFile(`${path}.gz`, gz);
  }
  return {
    name: 'precompress',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = config.build.outDir;
    },
    async writeBundle() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      const texts = found.filter((file) => file.isFile() && TEXT.test(file.name));
      await Promise.all(texts.map((file) => pack(join(file.parentPath, file.name))));
    },
  };
}

/** Fills in the places of index.html that phlo_api fills in when it serves a build. */
function placeholders(): Plugin {
  return {
    name: 'placeholders',
    apply: 'serve',
    transformIndexHtml: (html) =>
      html.replaceAll('__BASE_PATH__', '').replaceAll('__CSP_NONCE__', 'development'),
  };
}

/**
 * Hands requests on to the API. The host stays as the browser names it, since the API refuses
 * changes from pages of other hosts; an answer that the API cuts off ends for the page too, so that
 * live streams go on by themselves after a restart.
 */
function toApi(ws = false): ProxyOptions {
  return {
    target: API,
    changeOrigin: false,
    ws,
    configure(proxy) {
      proxy.on('proxyRes', (answer, _request, response) => {
        answer.on('close', () => {
          if (!response.writableEnded) response.destroy();
        });
      });
    },
  };
}

const REACT = /node_modules[\\/](react|react-dom|scheduler)[\\/]/;
const MANTINE = /node_modules[\\/](@mantine[\\/](core|hooks)|@floating-ui)[\\/]/;
const TANSTACK =
  /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-query|query-core|react-store|store)[\\/]/;

export default defineConfig({
  base: './',
  plugins: [react(), placeholders(), precompress()],
  build: {
    outDir: '../phlo_api/static',
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    sourcemap: false,
    license: { fileName: 'THIRD_PARTY_LICENSES.md' },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: REACT },
            { name: 'mantine', test: MANTINE },
            { name: 'tanstack', test: TANSTACK },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': toApi(), '/healthz': toApi(), '/dagster': toApi(true) } },
});
