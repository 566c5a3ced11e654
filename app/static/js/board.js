// The board of a plan: pick a turn up by mouse, finger or keyboard; every place tells first what dropping there means.
import { listen } from "./board-drag.js";
import { steer } from "./board-keys.js";
import { Hand } from "./board-hand.js";

const root = document.querySelector("#board");
if (root && window.matchMedia("(min-width: 641px)").matches) {
  const hand = new Hand(root);
  listen(root, hand);
  steer(root, hand);
}
