"""What people and programs read: tables, JSON documents and files."""
