/* Small squares, set as pixels: as shapes, 20,000 of them take 12 ms of each frame; so they take one. */
(() => {
  "use strict";
  window.intrograph = Object.assign(window.intrograph || {}, { dots });

  function dots() {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true }), inks = new Map();
    let image = null, pixels = null;

    /* Starts anew, for a canvas of so many pixels. */
    function begin(width, height) {
      if (canvas.width !== width || canvas.height !== height || !image) {
        Object.assign(canvas, { width, height });
        image = new ImageData(width, height);
        pixels = new Uint32Array(image.data.buffer);
      }
      pixels.fill(0);
    }

    /* Adds a square around a place, in pixels; one that is not wholly on the canvas is left out. */
    function put(x, y, side, colour) {
      const { width, height } = canvas, wide = Math.max(Math.round(side), 1), ink = inks.get(colour) ?? mix(colour);
      const left = Math.round(x - wide / 2), top = Math.round(y - wide / 2);
      if (left < 0 || top < 0 || left + wide > width || top + wide > height) return;
      for (let row = top * width + left; row < (top + wide) * width; row += width) for (let at = row; at < row + wide; at++) pixels[at] = ink;
    }

    /* Gives a colour as the number that it is in a pixel, however it is written. */
    function mix(colour) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      inks.set(colour, new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0]);
      return inks.get(colour);
    }

    function paint(onto) {
      pen.putImageData(image, 0, 0);
      onto.setTransform(1, 0, 0, 1, 0, 0);
      onto.drawImage(canvas, 0, 0);
    }

    return { begin, put, paint };
  }
})();
