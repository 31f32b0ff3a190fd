/* Keeps the public outline that is being read, and where its person has chosen so their own programme; says of each copy how
   old it is; erases. Without scripts the pages are the same, and nothing is kept. */
const OUTLINE = "public-outline";
const OWN_PROGRAMME = "own-programme";
const lang = document.documentElement.lang;
const one = (name, within = document) => within.querySelector(`[data-${name}]`);

/* Once a form is sent, signing out among them, or the page is left, nothing more is put away: what the worker erases stays so */
const leaving = new AbortController();
for (const moment of ["submit", "pagehide"]) window.addEventListener(moment, () => leaving.abort());

/* The age of a copy, in words, from the time that stands on it */
function inWords(since) {
  const minutes = Math.max(0, Math.round((Date.now() - since) / 60000));
  const words = new Intl.RelativeTimeFormat(lang, { numeric: "always" });
  if (minutes < 60) return words.format(-minutes, "minute");
  return minutes < 48 * 60 ? words.format(-Math.round(minutes / 60), "hour") : words.format(-Math.round(minutes / 1440), "day");
}

function sayHowOld() {
  document.querySelectorAll("[data-kept-at^='2']").forEach((time) => {
    one("age", time.closest("p")).textContent = inWords(Date.parse(time.dataset.keptAt));
  });
}

function writeTime(time, at) {
  time.dataset.keptAt = at.toISOString();
  const form = { dateStyle: "long", timeStyle: "short", timeZone: time.dataset.zone || undefined };
  time.textContent = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, form).format(at);
}

/* A page and what it is drawn with, in place of what the store held before */
async function store(name, path, answer, page) {
  const parts = [...page.querySelectorAll("link[rel=stylesheet], script[src]")];
  leaving.signal.throwIfAborted();
  const kept = await caches.open(name);
  await kept.put(path, answer);
  await kept.addAll(parts.map((each) => each.getAttribute("href") || each.getAttribute("src")));
}

const read = (text) => new DOMParser().parseFromString(text, "text/html");

/* The outline: only as the public reads it, which the answer itself tells: what is for one reader says no-store */
async function keepOutline() {
  const answer = await fetch(location.pathname, { cache: "force-cache", redirect: "error" });
  if (!answer.ok || /no-store/.test(answer.headers.get("Cache-Control") || "")) return;
  const page = read(await answer.text());
  const notice = one("offline", page);
  notice.hidden = false;
  writeTime(one("kept-at", notice), new Date(answer.headers.get("Date") || Date.now()));
  page.querySelectorAll(".tag-now, .tag-next").forEach((tag) => tag.remove());
  page.querySelectorAll(".is-now, .is-next").forEach((item) => item.classList.remove("is-now", "is-next"));
  const text = `<!doctype html>\n${page.documentElement.outerHTML}`;
  await store(OUTLINE, location.pathname, new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } }), page);
}

/* One's own programme: one page, for one person and one sign-in */
async function ownCopy() {
  if (!(await caches.has(OWN_PROGRAMME))) return null;
  const kept = await caches.open(OWN_PROGRAMME);
  const pages = (await kept.keys()).filter((page) => /\/my\/programme\/kept\/$/.test(page.url));
  return pages.length ? kept.match(pages[0]) : null;
}

const erase = () => caches.delete(OWN_PROGRAMME);

async function keepProgramme(path, before) {
  const answer = await fetch(path, { cache: "no-store", redirect: "manual", signal: leaving.signal });
  if (answer.status >= 500) return;
  const whose = answer.headers.get("Kept-For");
  if (!answer.ok || !whose || (before && before.headers.get("Kept-For") !== whose)) { await erase(); return; }
  await store(OWN_PROGRAMME, path, answer.clone(), read(await answer.text()));
}

async function renew() {
  const before = await ownCopy();
  if (before) await keepProgramme(new URL(before.url || one("keep")?.dataset.keep, location).pathname, before);
}

async function show(part) {
  const copy = await ownCopy();
  one("not-kept", part).hidden = Boolean(copy);
  one("is-kept", part).hidden = !copy;
  if (!copy) return;
  const said = one("kept-at", read(await copy.text()));
  const time = one("kept-at", part);
  time.dataset.keptAt = said.dataset.keptAt;
  time.textContent = said.textContent;
  sayHowOld();
}

async function offer(part) {
  one("press-keep", part).addEventListener("click", async () => {
    await keepProgramme(part.dataset.keep, null).catch(() => {});
    await show(part);
    one((await ownCopy()) ? "press-erase" : "press-keep", part).focus();
  });
  one("press-erase", part).addEventListener("click", async () => {
    await erase();
    await show(part);
    one("press-keep", part).focus();
  });
  await show(part);
  part.hidden = false;
}

if ("serviceWorker" in navigator && "caches" in window) {
  navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {});
  const isCopy = Boolean(document.querySelector("[data-offline]:not([hidden])"));
  sayHowOld();
  setInterval(sayHowOld, 30000);
  if (!isCopy) {
    await renew().catch(() => {}); // without a network the copy stays as it is
    if (one("outline")) await keepOutline().catch(() => {});
  }
  const part = one("keep");
  if (part) await offer(part);
}
