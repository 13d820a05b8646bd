/** What a browser says of itself, in the words by which its owner knows it. */

type Signs = readonly (readonly [RegExp, string])[];

/** The first that fits counts: most browsers also say that they are others. */
const BROWSERS: Signs = [
  [/\bEdg(A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(CriOS|Chrome|HeadlessChrome|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/\bcurl\//, 'curl'],
];

const SYSTEMS: Signs = [
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'a Mac'],
  [/\bLinux\b/, 'Linux'],
];

/** “Firefox on Linux”; “a browser” if it says nothing that we know. */
export function deviceInWords(userAgent: string | undefined): string {
  const named = (signs: Signs) => signs.find(([sign]) => sign.test(userAgent ?? ''))?.[1];
  const browser = named(BROWSERS) ?? 'a browser';
  const system = named(SYSTEMS);
  return system ? `${browser} on ${system}` : browser;
}
