// The connection and the processor really slowed down, where Lighthouse reckons: what moves while a page arrives,
// what comes over the air at the first visit and at the next, how soon a touch is answered.

// Lighthouse's own "slow 4G" and its factor for a cheap phone.
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const FREE = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const CPU_SLOWER = 4;
const WORDS = "We practiced what to say.";
// What can be touched without leaving the page.
const TOUCHABLE = "summary, label:has(input[type=radio]), textarea, input[type=search], button[type=button]";
const MOST_TOUCHES = 12;

export async function slowly(context, asked, viewport) {
  const tab = await context.newPage();
  await tab.setViewport(viewport);
  await tab.evaluateOnNewDocument(watch);
  const wire = await weigh(tab);
  await wire.throttle();
  await tab.goto(asked.url, { waitUntil: "networkidle0", timeout: 60_000 });
  await settle(tab);
  const arrived = { ...(await tab.evaluate(() => window.seen())), bytes: wire.taken() };
  const touched = asked.touch ? await touch(tab) : null;
  await wire.free();
  wire.taken();
  await tab.goto(asked.url, { waitUntil: "networkidle0", timeout: 60_000 });
  const again = wire.taken();
  await tab.close();
  return { ...arrived, again, touched };
}

// What comes over the air, in bytes since the last time it was asked; the cache costs none.
async function weigh(tab) {
  const session = await tab.createCDPSession();
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", (done) => { bytes += done.encodedDataLength; });
  return {
    async throttle() {
      await session.send("Network.emulateNetworkConditions", SLOW_4G);
      await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
    },
    async free() {
      await session.send("Network.emulateNetworkConditions", FREE);
      await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    },
    taken() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}

// Runs in the page, before its own scripts.
function watch() {
  const seen = { moved: [], shift: 0, painted: 0, longest: 0, slowest: 0 };
  const each = (type, note, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
  each("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    seen.shift += entry.value;
    for (const { node } of entry.sources) seen.moved.push(`${node?.nodeName.toLowerCase()}.${node?.className}`);
  });
  each("largest-contentful-paint", (entry) => { seen.painted = entry.startTime; });
  each("longtask", (entry) => { seen.longest = Math.max(seen.longest, entry.duration); });
  each("event", (entry) => { if (entry.interactionId) seen.slowest = Math.max(seen.slowest, entry.duration); }, { durationThreshold: 16 });
  window.seen = () => ({ ...seen, moved: [...new Set(seen.moved)].slice(0, 5) });
}

// Two frames and a quiet moment: observers are told after the fact.
function settle(tab) {
  return tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200)))));
}

async function touch(tab) {
  const before = await tab.evaluate(() => window.seen().longest);
  const touchable = await tab.$$(TOUCHABLE);
  let touches = 0;
  for (const one of touchable) {
    if (touches === MOST_TOUCHES || !(await one.isVisible())) continue;
    await one.tap();
    touches += 1;
    if (await one.evaluate((node) => node.matches("textarea, input"))) await tab.keyboard.type(WORDS);
    await settle(tab);
  }
  const { slowest, longest } = await tab.evaluate(() => window.seen());
  return { touches, slowest, longest: Math.max(before, longest) };
}
