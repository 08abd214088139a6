// The colours and sizes of all charts. A chart has a background of its own, so it reads the same on a light and on a
// dark page.

export const WIDTH = 760
export const PADDING = 20

export const colors = {
  background: '#ffffff',
  border: '#d1d9e0',
  text: '#1f2328',
  muted: '#59636e',
  grid: '#e3e7eb',
  ours: '#0969da',
  peer: '#c98a3a',
  control: '#9aa4af',
}

/** From the middle of the values to the rarest. */
export const shades = {
  ours: ['#0a3069', '#0969da', '#54aeff', '#80ccff', '#b6e3ff'],
  peer: ['#6b3f0a', '#a5690f', '#d39a3f', '#e6bd7a', '#f3deb9'],
  control: ['#3d444d', '#6e7781', '#9aa4af', '#bcc4cc', '#dde2e7'],
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
export const FONT_SIZE = 12
/** No text is smaller. */
export const SMALL_SIZE = 11
/** For a letter in FONT_SIZE: more than the usual fonts need, as nobody knows which one the reader has. */
export const LETTER_WIDTH = 6.9

export const ROW_HEIGHT = 21
