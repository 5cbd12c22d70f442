"""Reading mailboxes: mbox, Maildir and single mails, headers first, in a stream."""
