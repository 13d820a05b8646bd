/** Notifications as the database keeps them, and writing them. */

export type NotificationTables = {
  notifications: {
    id: string;
    account_id: string;
    kind: string;
    paper_id: string | null;
    comment_id: string | null;
    actor_id: string | null;
    text: string;
    made_at_ms: number;
    read_at_ms: number | null;
    mailed_at_ms: number | null;
  };
  accounts: {
    id: string;
    name: string;
    display_name: string;
    email: string | null;
    preferences: string;
    feed_key: string;
    banned_at_ms: number | null;
  };
  comments: { id: string; text: string; status: string };
  papers: { id: string; title: string };
};

/** Stands for the time of mailing where nothing is to be mailed. */
export const NOT_TO_BE_MAILED = 0;
