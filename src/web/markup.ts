/** What a component gives: text that is escaped and may be placed in a page. */

import type { HtmlEscapedString } from 'hono/utils/html';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;
