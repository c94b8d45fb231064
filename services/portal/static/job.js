// A page on long work looks again by itself how far it is; once the work has ended, the page is loaded anew.
"use strict";

const shown = document.querySelector("[data-job]");

function look() {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.onload = () => {
    const now = request.response?.querySelector("[data-job]");
    if (!now) return location.reload();
    if (now.textContent !== shown.textContent) shown.replaceChildren(...now.childNodes);
    setTimeout(look, 1000);
  };
  request.onerror = () => setTimeout(look, 5000);
  request.open("GET", location.href);
  request.send();
}

setTimeout(look, 1000);
