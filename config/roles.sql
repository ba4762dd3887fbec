-- The roles of Holdfast and what they may do with a database as such. Safe to repeat.
-- Run as a superuser inside the product's database, which belongs to holdfast_owner. Passwords are set apart
-- from this file. Rights on tables come from the migrations.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['holdfast_owner', 'holdfast_app', 'holdfast_sealer', 'holdfast_reader', 'holdfast_eraser']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
    END LOOP;
    -- What the application works as for people outside the house: nobody signs in as it. NOINHERIT above: the
    -- application has its rights and its walls only while it has taken it on.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_outside') THEN
        CREATE ROLE holdfast_outside;
    END IF;
    ALTER ROLE holdfast_outside NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    GRANT USAGE ON SCHEMA public TO holdfast_outside;
    GRANT holdfast_outside TO holdfast_app;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO holdfast_owner;
-- A screen that waits longer than this has failed; better an error than a queue behind it.
ALTER ROLE holdfast_app SET lock_timeout = '10s';
ALTER ROLE holdfast_app SET statement_timeout = '60s';
ALTER ROLE holdfast_app SET idle_in_transaction_session_timeout = '5min';
