// Builds src/beenthere/foundation/static/foundation/base.css and copies htmx. Run: npm ci && npm run build
//
// USWDS compiles its colours into the style sheet. So that light and dark live in one place (tokens.css),
// each compiled colour is replaced by the token it stands for; a colour that is not in the list stops the
// build. Pictures that USWDS asks for are dropped: the theme draws its own marks.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules", "@uswds", "uswds", "packages");
const htmx = join(here, "node_modules", "htmx.org");
const target = join(here, "..", "src", "beenthere", "foundation", "static", "foundation");

const TOKENS = {
  "#fff": "surface", "#f0f0f0": "sunken", "#e6e6e6": "sunken", "#c9c9c9": "line", "#dfe1e2": "line",
  "#1b1b1b": "ink", "#000": "ink", "#454545": "ink-soft", "#757575": "edge", "#71767a": "edge",
  "#565c65": "edge", "#3d4551": "ink-soft", "#a9aeb1": "edge", "#919191": "edge", "#005ea2": "primary",
  "#1a4480": "primary-strong", "#162e51": "primary-strong", "#54278f": "visited", "#2491ff": "focus",
  "#b50909": "danger", "#d83933": "danger", "#8b0a03": "danger-strong", "#fa9441": "glow", "#c05600": "accent",
  "#775540": "accent", "#00bde3": "primary", "#28a0cb": "primary", "#07648d": "primary-strong",
  "#97d4ea": "primary-soft", "#c3ebfa": "primary-soft", "#e1f3f8": "primary-soft", "#00a91c": "success",
  "#face00": "glow", "#e5a000": "glow", "#d9e8f6": "primary-soft",
};

function compiled() {
  const options = { loadPaths: [packages], style: "compressed", logger: sass.Logger.silent, charset: false };
  return sass.compile(join(here, "scss", "base.scss"), options).css;
}

function withTokens(css) {
  return css.replace(/#[0-9a-f]{3,8}\b(?=[;})\s,!])/gi, (colour) => {
    const token = TOKENS[colour.toLowerCase()];
    if (!token) throw new Error(`${colour} has no token: add it to TOKENS in design/build.mjs`);
    return `var(--${token})`;
  });
}

function withoutPictures(css) {
  return css.replace(/[a-z-]+:[^;{}]*url\([^)]*\)[^;{}]*;?/g, "");
}

const notice = "/* Made from USWDS 3.14.0 by design/build.mjs; do not edit. See vendor/uswds/LICENSE.md. */\n";
// In a layer, so that any rule of the theme wins without a fight over specificity.
const css = `${notice}@layer uswds{${withoutPictures(withTokens(compiled()))}}\n`;
writeFileSync(join(target, "base.css"), css);
for (const [folder, from, name] of [
  ["htmx", join(htmx, "dist", "htmx.min.js"), "htmx.min.js"],
  ["htmx", join(htmx, "dist", "ext", "hx-csp.min.js"), "hx-csp.min.js"],
  ["htmx", join(htmx, "LICENSE"), "LICENSE"],
  ["uswds", join(packages, "..", "LICENSE.md"), "LICENSE.md"],
]) {
  mkdirSync(join(target, "vendor", folder), { recursive: true });
  copyFileSync(from, join(target, "vendor", folder, name));
}
console.log(`base.css ${(gzipSync(css, { level: 9 }).length / 1000).toFixed(1)} kB gzipped`);
