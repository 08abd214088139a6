// Numbers as people read them.

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** 1,234,567 */
export function grouped(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

/** 1 line, 2 lines */
export function lines(number: number): string {
  return `${grouped(number)} ${number === 1 ? 'line' : 'lines'}`
}

/** 1.2 MB; a KB is 1,000 bytes, as disks and networks count. */
export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** 0.42 s, 12.3 s, 4 min 5 s */
export function seconds(ms: number): string {
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const whole = Math.round(ms / 1000)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`
}
