// Keys, copying, history and basket. Pages work without it; nothing of it
// leaves the browser.
"use strict";
(() => {
  const $ = (one) => document.querySelector(one);
  const all = (many) => [...document.querySelectorAll(many)];
  const store = {
    read(name) {
      try {
        const kept = JSON.parse(localStorage.getItem("cybersearch." + name));
        return Array.isArray(kept) ? kept : [];
      } catch {
        return [];
      }
    },
    write(name, kept) {
      try {
        localStorage.setItem("cybersearch." + name, JSON.stringify(kept));
      } catch {
        // A browser may keep nothing.
      }
    },
  };
  const make = (name, text, parts = {}) => {
    const element = document.createElement(name);
    element.textContent = text;
    return Object.assign(element, parts);
  };
  // Only addresses of this server are kept, and only those are shown.
  const own = (address) => typeof address === "string" && /^\/(?!\/)/.test(address);

  // Copying: what is quoted, and what stands in a line to copy.
  const say = (text) => {
    const status = $("#said");
    if (status) status.textContent = text;
  };
  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    say("copied");
  };
  // History: the searches of this browser, the latest first.
  const query = new URLSearchParams(location.search).get("q");
  if (location.pathname === "/search" && query) {
    const here = location.pathname + location.search;
    const before = store.read("history").filter((kept) => kept.to !== here);
    store.write("history", [{ to: here, text: query }, ...before].slice(0, 50));
  }

  // Citing: a hit gets what the page of its article has for a passage.
  const shown = (part, where) => {
    const found = part.querySelector(where);
    return found ? found.textContent.trim() : "";
  };
  const quotation = (hit, quote, link) => {
    const source = shown(hit, ".fields .s");
    const bytes = new URL(link.href).searchParams.get("b").replace("t", "").replace("-", "–");
    const rest = [source, shown(hit, ".fields time"), shown(link.parentElement, "a")];
    const said = rest.filter((one) => one).join(", ");
    return `> “${quote.textContent}”\n— ${shown(hit, "h2")}, ${said}, bytes ${bytes}`;
  };
  for (const quote of all("ol.hits blockquote")) {
    const place = quote.nextElementSibling;
    const link = place.querySelector("a");
    const cite = make("details", "", { className: "cite" });
    const field = make("textarea", "", { readOnly: true, rows: 3 });
    field.setAttribute("aria-label", "Citation");
    field.value = quotation(quote.closest("article"), quote, link);
    cite.append(make("summary", "cite"), field);
    place.append(cite);
  }

  for (const field of all("textarea[readonly]")) {
    const button = make("button", "copy", { type: "button" });
    button.addEventListener("click", () => copy(field));
    field.after(button);
  }

  // Basket: passages that are kept to be cited.
  for (const cite of all("details.cite")) {
    const field = cite.querySelector("textarea");
    const link = cite.parentElement.querySelector("a");
    const hit = cite.closest(".place");
    const to = hit ? link.getAttribute("href") : location.pathname + location.search + "#b";
    const has = () => store.read("basket").some((kept) => kept.to === to);
    const button = make("button", "", { type: "button" });
    const show = () => {
      button.textContent = has() ? "remove from basket" : "keep in basket";
    };
    button.addEventListener("click", () => {
      const others = store.read("basket").filter((kept) => kept.to !== to);
      store.write("basket", has() ? others : [...others, { to, text: field.value }]);
      show();
      say(has() ? "kept" : "removed");
    });
    show();
    field.after(button);
  }

  // The start page shows both.
  const list = (name, title, end) => {
    const place = $("#" + name);
    const kept = store.read(name).filter((one) => own(one.to));
    if (!place || kept.length === 0) return;
    place.hidden = false;
    const items = document.createElement("ul");
    for (const one of kept.slice(0, 20)) {
      const item = document.createElement("li");
      item.append(make("a", String(one.text).slice(0, 200), { href: one.to }));
      items.append(item);
    }
    const clear = make("button", "clear", { type: "button" });
    clear.addEventListener("click", () => {
      store.write(name, []);
      place.hidden = true;
    });
    place.append(make("h2", title), items, ...end(kept), clear);
  };
  list("history", "Your searches", () => []);
  list("basket", "Your basket", (kept) => {
    const field = make("textarea", "", { readOnly: true, rows: 6 });
    field.setAttribute("aria-label", "All citations");
    field.value = kept.map((one) => one.text).join("\n\n");
    const button = make("button", "copy all", { type: "button" });
    button.addEventListener("click", () => copy(field));
    return [field, button];
  });

  // Which marks of an article are shown.
  const text = $(".text");
  if (text && $("#marks")) {
    for (const kind of ["who", "where", "when"]) {
      const label = make("label", " " + kind);
      const box = make("input", "", { type: "checkbox", checked: true });
      box.addEventListener("change", () => text.classList.toggle("no" + kind, !box.checked));
      label.prepend(box);
      $("#marks").append(label, " ");
    }
  }

  // Keys, never needed.
  const hits = all("ol.hits > li");
  const marks = all(".text mark");
  let at = -1;
  const go = (list, to) => {
    if (list.length === 0) return;
    if (list[at]) list[at].classList.remove("at");
    at = Math.max(0, Math.min(list.length - 1, to));
    list[at].classList.add("at");
    list[at].scrollIntoView({ block: "center" });
    const link = list[at].querySelector("h2 a");
    if (link) link.focus({ preventScroll: true });
  };
  const follow = (one) => {
    const link = $(one);
    if (link) link.click();
  };
  const keys = {
    "/": () => $("#q").select(),
    j: () => go(hits, at + 1),
    k: () => go(hits, at - 1),
    n: () => (marks.length ? go(marks, at + 1) : follow("a[rel=next]")),
    p: () => (marks.length ? go(marks, at - 1) : follow("a[rel=prev]")),
    c: () => {
      const cite = (hits[at] || document).querySelector("details.cite");
      if (cite) cite.open = !cite.open;
    },
    "?": () => location.assign("/help#keys"),
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
