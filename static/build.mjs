/**
 * Builds static/dist from static/src: two script bundles, one style sheet, the icon sprite and the fonts.
 *
 *   node static/build.mjs            build once, minified
 *   node static/build.mjs --watch    build and rebuild on every change, readable
 */
import { context } from "esbuild";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "static/src");
const target = join(root, "static/dist");
const packages = join(root, "node_modules");
const watch = process.argv.includes("--watch");

/** One <symbol> for each icon named in icons.json, drawn by Lucide; the page's CSS gives stroke and size. */
async function buildIcons() {
  const names = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(packages, `lucide-static/icons/${name}.svg`), "utf8");
      const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
    }),
  );
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(join(target, "icons.svg"), sprite);
}

/** The whole faces as TTF for PDF and PNG made on the server. */
async function copyServerFonts() {
  const faces = { Regular: "400Regular", Medium: "500Medium", Bold: "700Bold" };
  await mkdir(join(target, "fonts"), { recursive: true });
  for (const [face, folder] of Object.entries(faces)) {
    const file = `NotoSansJP_${folder}.ttf`;
    const from = join(packages, "@expo-google-fonts/noto-sans-jp", folder, file);
    await cp(from, join(target, `fonts/NotoSansJP-${face}.ttf`));
  }
  const licence = join(packages, "@expo-google-fonts/noto-sans-jp/LICENSE_FONT");
  await cp(licence, join(target, "fonts/OFL.txt"));
}

/** Slices of the same face for screens without a Japanese font; a browser fetches only those it needs. */
async function buildWebFont() {
  const folder = join(packages, "@fontsource-variable/noto-sans-jp");
  const css = await readFile(join(folder, "index.css"), "utf8");
  const renamed = css
    .replaceAll("'Noto Sans JP Variable'", "'Noto Sans JP'")
    .replaceAll("./files/", "./fonts/web/");
  await cp(join(folder, "files"), join(target, "fonts/web"), { recursive: true });
  await writeFile(join(target, "noto-sans-jp.css"), renamed);
}

const common = {
  bundle: true,
  outdir: target,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "linked",
  logLevel: "warning",
  target: ["chrome120", "firefox121", "safari17.4"],
};

const bundles = [
  {
    ...common,
    entryPoints: [join(source, "js/app.js"), join(source, "js/review.js")],
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
  },
  { ...common, entryPoints: [join(source, "js/theme.js")], format: "iife" },
  {
    ...common,
    entryPoints: [join(source, "css/app.css"), join(source, "css/admin.css")],
    external: ["*.woff2", "*.svg"],
  },
];

/** Chunks carry their hash in the name; those of earlier builds would pile up. */
async function removeOldChunks() {
  const chunks = (await readdir(target)).filter((name) => name.startsWith("chunk-"));
  await Promise.all(chunks.map((name) => rm(join(target, name))));
}

await mkdir(target, { recursive: true });
await removeOldChunks();
await Promise.all([
  buildIcons(),
  copyServerFonts(),
  buildWebFont(),
  cp(join(source, "img"), join(target, "img"), { recursive: true }),
]);
for (const bundle of bundles) {
  const builder = await context(bundle);
  await builder.rebuild();
  if (watch) await builder.watch();
  else await builder.dispose();
}
