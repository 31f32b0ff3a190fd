/* Answers from what is kept on this device when the network does not answer, and from nothing else. It keeps nothing itself:
   offline.js does, on the pages that say so. One's own programme stands in a store of its own, under an address of its own;
   it is erased when somebody signs out or in, and when the portal no longer knows who is asking. */
const OWN_PROGRAMME = "own-programme";
const AGENDA = /^\/(en|nl)\/dialogues\/[^/]+\/\d+\/agenda\/$/;
const MINE = /^\/(en|nl)\/my\/(programme\/kept\/)?$/;
const SIGNING = /^\/(en|nl)\/(sign-in\/(out\/|code\/|staff\/|desk\/)|demonstration\/)/;
const ALIKE = { ignoreVary: true, ignoreSearch: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function ownProgramme() {
  const store = (await caches.has(OWN_PROGRAMME)) && (await caches.open(OWN_PROGRAMME));
  const pages = store ? await store.keys() : [];
  return pages.map((page) => new URL(page.url).pathname).find((path) => MINE.test(path));
}

/* A programme of one's own is shown until the day that stands on it, then it is erased */
async function kept(path) {
  const same = await caches.match(path, ALIKE);
  if (!same || !(Date.parse(same.headers.get("Kept-Until")) < Date.now())) return same;
  await caches.delete(OWN_PROGRAMME);
  return undefined;
}

async function page(request, path) {
  try {
    const answer = await fetch(request);
    // Under my/ only who is not signed in, or no longer, is led elsewhere.
    if (MINE.test(path) && answer.type === "opaqueredirect") await caches.delete(OWN_PROGRAMME);
    return answer;
  } catch (failure) {
    const same = await kept(path);
    if (same) return same;
    const own = await ownProgramme();
    if (own && own !== path) return Response.redirect(own);
    throw failure;
  }
}

async function part(request, path) {
  try {
    return await fetch(request);
  } catch (failure) {
    const same = await caches.match(path, ALIKE);
    if (same) return same;
    throw failure;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && SIGNING.test(pathname)) event.waitUntil(caches.delete(OWN_PROGRAMME));
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && (AGENDA.test(pathname) || MINE.test(pathname))) event.respondWith(page(request, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(part(request, pathname));
});
