-- Names are searched with more letters, and with all forms of hyphens and apostrophes, as one.
UPDATE contact SET search = search_key(name) WHERE search <> search_key(name);
UPDATE deal SET search = search_key(title) WHERE search <> search_key(title);
UPDATE milestone SET search = search_key(name) WHERE search <> search_key(name);
UPDATE note SET search = search_key(text) WHERE search <> search_key(text);
UPDATE product SET search = search_key(name || ' ' || sku)
WHERE search <> search_key(name || ' ' || sku);
UPDATE step SET search = search_key(what) WHERE search <> search_key(what);
