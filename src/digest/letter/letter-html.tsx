/**
 * A letter as HTML, for programs that know little of it: tables to lay out, styles in attributes,
 * nothing to load, nothing to run, nothing that reports. What a program leaves out of the style
 * sheet costs colours in the dark and nothing else.
 */

import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { LetterLink } from './letter-links.js';
import type { LetterView, PaperView, SectionView } from './letter-view.js';
import { LIGHT, SANS, SERIF, STYLE_SHEET } from './palette.js';

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const WIDTH = 600;

const { ink, soft, accent, rule, paper } = LIGHT;

/** Outlook on Windows knows no `max-width`, and gives tables its own font. */
const OUTLOOK_STYLE = `<!--[if mso]><style>table,td,h1,h2,h3,p,a{font-family:Georgia,serif!important}</style><![endif]-->`;
const OUTLOOK_OPEN = `<!--[if mso]><table role="presentation" width="${WIDTH}" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->`;
const OUTLOOK_CLOSE = '<!--[if mso]></td></tr></table><![endif]-->';

/** Where reading begins, which is on the right for some titles; Outlook knows `left` alone. */
const START = 'text-align:left;text-align:start';

/** Keeps programs from showing the letter's beginning behind the preheader. */
const NOTHING_MORE = '&#847;&zwnj;&nbsp;'.repeat(40);

export function letterHtml(
  view: LetterView,
  { subject, preheader }: { readonly subject: string; readonly preheader: string },
): string {
  const body = (
    <html lang="en" dir="ltr">
      <Head subject={subject} />
      <body class="paper" style={`margin:0;padding:0;background-color:${paper}`}>
        <div style="display:none;max-height:0;overflow:hidden;visibility:hidden;mso-hide:all">
          {preheader}
          {raw(NOTHING_MORE)}
        </div>
        <Table class="paper" style={`background-color:${paper}`}>
          <td class="page" align="center" style="padding:20px 20px 32px">
            {raw(OUTLOOK_OPEN)}
            {/* biome-ignore lint/a11y/useSemanticElements: programs drop elements that they do not know, and keep a role. */}
            <div role="article" aria-label={subject} style={`max-width:${WIDTH}px;margin:0 auto`}>
              <Masthead view={view} />
              {view.empty && <Empty words={view.empty} />}
              {view.sections.map((section) => (
                <Section section={section} />
              ))}
              {view.more && <More link={view.more} />}
              <Footer view={view} />
            </div>
            {raw(OUTLOOK_CLOSE)}
          </td>
        </Table>
      </body>
    </html>
  );
  return `<!doctype html>\n${body.toString()}\n`;
}

function Head({ subject }: { readonly subject: string }): Markup {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <meta name="x-apple-disable-message-reformatting" />
      <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
      <title>{subject}</title>
      <style>
        {raw(`:root{color-scheme:light dark;supported-color-schemes:light dark}${STYLE_SHEET}`)}
      </style>
      {raw(OUTLOOK_STYLE)}
    </head>
  );
}

type TableProps = { readonly class?: string; readonly style?: string; readonly children: Child };

/** One row, as wide as what is around it. */
function Table({ class: name, style = '', children }: TableProps): Markup {
  return (
    <table
      role="presentation"
      class={name}
      width="100%"
      cellpadding="0"
      cellspacing="0"
      style={`border-collapse:collapse;${style}`}
    >
      <tr>{children}</tr>
    </table>
  );
}

function Masthead({ view: { title, tagline, siteUrl, date, dateLanguage } }: ViewProps): Markup {
  return (
    <Table>
      <td align="center">
        <h1
          class="name"
          dir="auto"
          style={`margin:0;font:700 46px/50px ${SERIF};letter-spacing:-1px`}
        >
          <a class="ink" href={siteUrl} style={`color:${ink};text-decoration:none`}>
            {title}
          </a>
        </h1>
        <p
          class="soft"
          dir="auto"
          style={`margin:4px 0 14px;font:italic 15px/20px ${SERIF};color:${soft}`}
        >
          {tagline}
        </p>
        <p
          class="ink bar"
          lang={dateLanguage}
          style={`margin:0;padding:8px 0;border-top:3px double ${ink};border-bottom:1px solid ${ink};font:14px/20px ${SANS};color:${ink}`}
        >
          {date}
        </p>
      </td>
    </Table>
  );
}

function Empty({ words }: { readonly words: string }): Markup {
  return (
    <p
      class="ink"
      style={`margin:0;padding:36px 0;font:19px/30px ${SERIF};text-align:center;color:${ink}`}
    >
      {words}
    </p>
  );
}

function Section({ section: { heading, day, papers } }: { readonly section: SectionView }): Markup {
  return (
    <>
      <h2
        class="ink bar"
        style={`margin:0;padding:26px 0 6px;border-bottom:1px solid ${ink};font:italic 400 19px/26px ${SERIF};text-align:center;color:${ink}`}
      >
        {heading}
        {day && <span class="soft" style={`color:${soft}`}>{`, ${day}`}</span>}
      </h2>
      {papers.map((each) => (
        <Paper paper={each} />
      ))}
    </>
  );
}

/** A table to each paper, since Outlook knows padding in cells alone. */
function Paper({ paper: { title, url, why, byline, facts, summary, links } }: PaperProps): Markup {
  return (
    <Table>
      <td class="rule" style={`padding:18px 0 14px;border-bottom:1px solid ${rule};${START}`}>
        {why && (
          <p class="accent" style={`margin:0 0 5px;font:600 13px/18px ${SANS};color:${accent}`}>
            {why}
          </p>
        )}
        <h3 dir="auto" style={`margin:0 0 5px;font:700 21px/27px ${SERIF}`}>
          <a class="ink" href={url} style={`color:${ink};text-decoration:none`}>
            {title}
          </a>
        </h3>
        {byline && (
          <p
            class="soft"
            dir="auto"
            style={`margin:0;font:italic 15px/22px ${SERIF};color:${soft}`}
          >
            {byline}
          </p>
        )}
        {facts && (
          <p class="soft" style={`margin:0;font:13px/20px ${SANS};color:${soft}`}>
            {facts}
          </p>
        )}
        {summary && (
          <p class="ink" dir="auto" style={`margin:8px 0 0;font:16px/25px ${SERIF};color:${ink}`}>
            {summary}
          </p>
        )}
        {links.length > 0 && (
          <p class="soft" style={`margin:6px 0 0;font:14px/28px ${SANS};color:${soft}`}>
            <Links links={links} />
          </p>
        )}
      </td>
    </Table>
  );
}

function Links({ links }: { readonly links: readonly LetterLink[] }): Markup {
  return (
    <>
      {links.map(({ label, url }, at) => (
        <>
          {at > 0 && raw(' &nbsp; ')}
          <a class="accent" href={url} style={`color:${accent}`}>
            {label}
          </a>
        </>
      ))}
    </>
  );
}

function More({ link: { label, url } }: { readonly link: LetterLink }): Markup {
  return (
    <p style={`margin:0;padding:20px 0 0;font:600 16px/24px ${SANS};text-align:center`}>
      <a class="accent" href={url} style={`color:${accent}`}>
        {label}
      </a>
    </p>
  );
}

function Footer({ view: { why, footerLinks } }: ViewProps): Markup {
  return (
    <div
      class="soft bar"
      style={`margin:28px 0 0;padding:14px 0 0;border-top:3px double ${ink};font:13px/20px ${SANS};text-align:center;color:${soft}`}
    >
      <p style="margin:0 0 6px">{why}</p>
      <p style="margin:0;line-height:28px">
        <Links links={footerLinks} />
      </p>
    </div>
  );
}

type ViewProps = { readonly view: LetterView };
type PaperProps = { readonly paper: PaperView };
