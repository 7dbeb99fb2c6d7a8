// Opens each page as a cheap phone on a slow connection would, and writes down what that costs.
//
//   node measure.mjs CHROMIUM PAGES.json RESULTS.json
//
// PAGES: [{url, cookies, runs, touch}]. RESULTS: for each page, in their order, a list of runs. A run is what
// `slowly` saw happen, and what Lighthouse reckons (milliseconds; accessibility 0 to 100).

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { slowly } from "./slowly.mjs";

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const METRICS = {
  lcp: "largest-contentful-paint",
  cls: "cumulative-layout-shift",
  tbt: "total-blocking-time",
  server: "server-response-time",
};
const CONFIG = {
  extends: "lighthouse:default",
  settings: {
    onlyCategories: ["accessibility"],
    onlyAudits: [...Object.values(METRICS)],
    formFactor: "mobile",
    screenEmulation: { mobile: true, width: PHONE.width, height: PHONE.height, deviceScaleFactor: 2, disabled: false },
    disableFullPageScreenshot: true,
    // The pages fetch nothing late: half a second of quiet is quiet.
    pauseAfterFcpMs: 500,
    pauseAfterLoadMs: 500,
    networkQuietThresholdMs: 500,
    cpuQuietThresholdMs: 500,
    skipAboutBlank: true,
    ignoreStatusCode: true, // the page for an address that leads nowhere is a page too
  },
};

const TRIES = 3;

async function main([chromium, asked, to]) {
  const pages = JSON.parse(await readFile(asked, "utf8"));
  const results = [];
  for (const page of pages) {
    results.push(await measuredBy(chromium, page));
    await writeFile(to, JSON.stringify(results));
    process.stderr.write(".");
  }
}

// Each page has a browser of its own. Now and then one dies, or Lighthouse finds no paint to time: once more.
async function measuredBy(chromium, page, tries = TRIES) {
  const browser = await puppeteer.launch({ executablePath: chromium, args: flags() });
  try {
    return await measure(browser, page);
  } catch (problem) {
    if (tries === 1) throw problem;
    process.stderr.write("!");
  } finally {
    await browser.close();
  }
  return measuredBy(chromium, page, tries - 1);
}

// Chromium refuses its sandbox to root.
function flags() {
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

async function measure(browser, asked) {
  const runs = [];
  for (let run = 0; run < asked.runs; run += 1) {
    const seen = await signedIn(browser, asked, (context) => slowly(context, asked, PHONE));
    const told = await signedIn(browser, asked, (context) => reckoned(context, asked.url));
    runs.push({ ...seen, ...told });
  }
  return runs;
}

// A phone that was never here: nothing in its cache.
async function signedIn(browser, { cookies }, look) {
  const context = await browser.createBrowserContext();
  try {
    await context.setCookie(...cookies);
    return await look(context);
  } finally {
    if (browser.connected) await context.close();
  }
}

async function reckoned(context, url) {
  const tab = await context.newPage();
  const { lhr } = await lighthouse(url, { logLevel: "error" }, CONFIG, tab);
  await tab.close();
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const values = Object.fromEntries(Object.entries(METRICS).map(([name, id]) => [name, lhr.audits[id].numericValue]));
  const missing = Object.keys(values).filter((name) => values[name] === undefined);
  if (missing.length) throw new Error(`${url}: Lighthouse gave no ${missing.join(", ")}`);
  return {
    ...values,
    landed: lhr.finalDisplayedUrl,
    accessibility: Math.round(lhr.categories.accessibility.score * 100),
    failed: failed(lhr),
  };
}

function failed(lhr) {
  return lhr.categories.accessibility.auditRefs
    .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
    .map(({ id }) => ({ id, where: (lhr.audits[id].details?.items ?? []).slice(0, 3).map((one) => one.node?.snippet) }));
}

await main(process.argv.slice(2));
