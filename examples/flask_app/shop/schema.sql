CREATE TABLE IF NOT EXISTS items (
    name TEXT PRIMARY KEY,
    price INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0)
);

CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    requester TEXT NOT NULL,
    item TEXT NOT NULL REFERENCES items (name),
    -- new, reserved, waiting; and in the end shipped, declined, sold_out or cancelled
    status TEXT NOT NULL DEFAULT 'new',
    instance_id TEXT
);

-- The webhooks that were dealt with: one that comes twice changes nothing.
CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY);

-- What the mailer is to send.
CREATE TABLE IF NOT EXISTS mails (recipient TEXT NOT NULL, text TEXT NOT NULL);
