/**
 * The colours of letters: those of the site, which a style sheet cannot bring to a letter. Text
 * stands on `paper` only.
 */

export type Palette = {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly accent: string;
};

export const LIGHT: Palette = {
  paper: '#fcfaf5',
  ink: '#1b1916',
  soft: '#5a544b',
  rule: '#d8d1c3',
  accent: '#8c2318',
};

export const DARK: Palette = {
  paper: '#161412',
  ink: '#ebe5da',
  soft: '#b1a899',
  rule: '#3b362e',
  accent: '#f0a68c',
};

/** Without quotes, which cost five letters each in an attribute. */
export const SERIF = 'Iowan Old Style,Palatino Linotype,Palatino,P052,Georgia,serif';
export const SANS = '-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

/**
 * What a style attribute cannot say: the dark palette, for programs that ask for it and for those
 * of Outlook that turn colours around by themselves, and less of a margin on a telephone.
 */
export const STYLE_SHEET: string = `
a:hover{text-decoration:underline!important}
@media (prefers-color-scheme:dark){${darkRules('', '')}}
${darkRules('[data-ogsc] ', '[data-ogsb] ')}
@media (max-width:480px){.page{padding:8px 16px 24px!important}.name{font-size:38px!important;line-height:42px!important}}
`;

function darkRules(forText: string, forGround: string): string {
  return [
    `${forGround}.paper{background-color:${DARK.paper}!important}`,
    `${forText}.ink{color:${DARK.ink}!important}`,
    `${forText}.soft{color:${DARK.soft}!important}`,
    `${forText}.accent{color:${DARK.accent}!important}`,
    `${forText}.rule{border-color:${DARK.rule}!important}`,
    `${forText}.bar{border-color:${DARK.ink}!important}`,
  ].join('');
}
