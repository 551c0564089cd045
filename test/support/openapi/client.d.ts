// Made from openapi.json by openapi-typescript: npm run docs
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is there and where to go */
        get: operations["getService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/molecules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Molecules, a page at a time
         * @description As JSON, as a table (`text/csv`) or with a molecule in each line (`application/x-ndjson`), as `Accept` wants, which has at most 1000 characters (400).
         */
        get: operations["listMolecules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/molecules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One molecule */
        get: operations["getMolecule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service can do its work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The figures of the service for Prometheus
         * @description Only with the admin token if there is one.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pool/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The statistics of the connection pool
         * @description Only with the admin token if there is one.
         */
        get: operations["getPoolStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/supabase/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tables and views of the project
         * @description In production only with the admin token.
         */
        get: operations["listTables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A molecule: all its columns, or those that `select` names */
        Molecule: {
            /** Format: uuid */
            id?: string;
            /**
             * Format: int32
             * @description PubChem's number of the compound; null for a polymer, which is no single compound
             */
            cid?: number | null;
            name?: string;
            molecular_formula?: string | null;
            /** @description Isomeric SMILES; null for a polymer */
            smiles?: string | null;
            /** @description The standard InChIKey of the SMILES */
            inchikey?: string | null;
            /** @description In g/mol */
            molecular_weight?: number | null;
            /** @description Its page at PubChem */
            pubchem_link?: string | null;
            /** @description Where its use as a cryoprotectant is described */
            source?: string | null;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
        };
        /** @description At every moment `created - discarded = active_connections = pool_size + in_use` */
        PoolStatistics: {
            /** @description Connections opened since the start */
            created: number;
            /** @description Times that a connection was lent that was open already */
            reused: number;
            /** @description Connections given up since the start */
            discarded: number;
            /** @description Failures to hand out a connection: those that could not be opened, `timeouts` and `rejected` */
            errors: number;
            /** @description Callers that waited in vain */
            timeouts: number;
            /** @description Callers turned away because too many were waiting */
            rejected: number;
            /** @description `discarded` by reason */
            retired: {
                /** @description They had reached `DB_POOL_TIMEOUT` */
                expired: number;
                /** @description They were not needed beyond `DB_POOL_MIN_SIZE` */
                idle: number;
                /** @description Their keys had been replaced */
                renewed: number;
                /** @description They were closed by Supabase while they idled */
                lost: number;
                /** @description They ended in use */
                broken: number;
                /** @description The pool closed */
                closed: number;
            };
            /** @description How long those waited that had to, in milliseconds */
            wait_ms: {
                /** @description How many there were */
                count: number;
                mean: number;
                p50: number;
                p90: number;
                p99: number;
                max: number;
            };
            /** @description How long connections were lent, in milliseconds */
            hold_ms: {
                /** @description How many there were */
                count: number;
                mean: number;
                p50: number;
                p90: number;
                p99: number;
                max: number;
            };
            /** @description Connections that are idle now */
            pool_size: number;
            /** @description Connections that are open now, idle or in use */
            active_connections: number;
            /** @description The setting `DB_POOL_MIN_SIZE` */
            min_size: number;
            /** @description The setting `DB_POOL_MAX_SIZE` */
            max_size: number;
            /** @description Connections that are lent now */
            in_use: number;
            /** @description Callers waiting for a connection now */
            waiting: number;
            /** @description Reads that joined an identical one under way instead of asking Supabase */
            coalesced: number;
        };
        Error: {
            /** @constant */
            status: "error";
            /** @description What went wrong, for a person */
            message: string;
            /** @description What went wrong, for a program */
            code: string;
            /** @description The id of this request in the log: the one that the caller sent as X-Request-Id, or a new one */
            request_id: string;
        };
    };
    responses: {
        /** @description A parameter is unknown, has a wrong value or is given twice, there are too many, or the request is unreadable */
        BadRequest: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The token is missing or not accepted */
        Unauthorized: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "www-authenticate": components["headers"]["www-authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Supabase does not accept the token of the user */
        InvalidToken: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "www-authenticate": components["headers"]["www-authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The service is in production and has no `ADMIN_TOKEN` */
        Closed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Supabase does not let this user do that */
        Forbidden: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description There is no such molecule, or not for this user */
        NotFound: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The answer comes in none of the forms that `Accept` names */
        NotAcceptable: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request took too long to arrive */
        RequestTimeout: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request has a body, which nobody reads, of more than 16384 bytes or of unknown length */
        ContentTooLarge: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The URL is too long */
        UriTooLong: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The client has sent more requests in a minute than `RATE_LIMIT`, if there is such a limit */
        TooManyRequests: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "ratelimit-limit": components["headers"]["ratelimit-limit"];
                "ratelimit-remaining": components["headers"]["ratelimit-remaining"];
                "ratelimit-reset": components["headers"]["ratelimit-reset"];
                "retry-after": components["headers"]["retry-after"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Service overloaded, try again later */
        Overloaded: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "retry-after": components["headers"]["retry-after"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request expects something other than `100-continue` */
        ExpectationFailed: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The headers of the request are too large */
        HeadersTooLarge: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Supabase cannot be reached, fails, refuses the keys of the service or lacks its tables */
        BadGateway: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description There is no connection to be had now, or Supabase or the service is overloaded */
        Unavailable: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "retry-after": components["headers"]["retry-after"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Supabase cannot be reached, does not accept both keys, or lacks what the service reads */
        NotReady: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                "retry-after": components["headers"]["retry-after"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Supabase did not answer in time */
        GatewayTimeout: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Another method than those of the path (405), or a defect of the service (500) */
        Other: {
            headers: {
                "x-request-id": components["headers"]["x-request-id"];
                "cache-control": components["headers"]["cache-control"];
                vary: components["headers"]["vary"];
                allow: components["headers"]["allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description The `ETag` of an answer that the caller has: it comes again only if it has changed. More than 1000 characters count as none */
        "if-none-match": string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The id of this request in the log: the one that the caller sent, or a new one
         * @example 00a6c39b-7b0c-4341-a75c-19bf34f109fa
         */
        "x-request-id": string;
        /**
         * @description When it makes sense to try again, in seconds
         * @example 1
         */
        "retry-after": number;
        /**
         * @description Requests that a client may send in a minute; on every answer while there is a limit
         * @example 60
         */
        "ratelimit-limit": number;
        /**
         * @description Requests that are left of them; on every answer while there is a limit
         * @example 0
         */
        "ratelimit-remaining": number;
        /**
         * @description When there are as many again, in seconds; on every answer while there is a limit
         * @example 42
         */
        "ratelimit-reset": number;
        /**
         * @description How a token is presented
         * @example Bearer
         */
        "www-authenticate": "Bearer";
        /**
         * @description The methods that the path takes; with 405
         * @example GET, HEAD
         */
        allow: string;
        /**
         * @description A name for exactly these bytes, to be sent back as `If-None-Match`
         * @example "wehueB0yIavZ41WDFUyX433tYoY"
         */
        etag: string;
        /**
         * @description Below `/api`: caches ask before they use it again, and show it to nobody else if a token was sent
         * @example no-cache
         */
        "cache-control": "no-cache" | "private, no-cache";
        /**
         * @description Below `/api`: the headers of the request that the answer depends on
         * @example Authorization
         */
        vary: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is running */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @constant */
                        status: "running";
                        /** @enum {string} */
                        environment: "development" | "test" | "production";
                        node_version: string;
                        /** @description False if it serves demonstration data */
                        supabase_configured: boolean;
                        /** @description How to serve a project instead of demonstration data */
                        notice?: string;
                        /** @description Paths by name */
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["Overloaded"];
            default: components["responses"]["Other"];
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                        info: Record<string, never>;
                        paths: Record<string, never>;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["Overloaded"];
            default: components["responses"]["Other"];
        };
    };
    listMolecules: {
        parameters: {
            query?: {
                /** @description Molecules on a page at most */
                limit?: number;
                /** @description Molecules to skip before the page */
                offset?: number;
                /** @description Where the page begins, in the place of offset and as fast on the last page as on the first: nothing for the first page, then what its link to the next one says */
                after?: string;
                /** @description What the name begins with, in whatever case; every character counts as itself. An empty one counts as none */
                name?: string;
                /** @description What the name has in it, in whatever case; every character counts as itself. An empty one counts as none */
                q?: string;
                /** @description The molecular formula, exactly. An empty one counts as none */
                formula?: string;
                /** @description PubChem's number of it */
                cid?: number;
                /** @description Columns with .asc or .desc, separated by commas, the most important first; name.asc unless given. Molecules without a value come last; those that are equal in all are ordered by id */
                order?: string;
                /** @description The columns to give, separated by commas; all unless given */
                select?: string;
                /** @description Adds the total of all pages: counted, as the database estimates it, or estimated only if there are many */
                count?: "exact" | "planned" | "estimated";
            };
            header?: {
                /** @description The `ETag` of an answer that the caller has: it comes again only if it has changed. More than 1000 characters count as none */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of molecules */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbours of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/molecules?limit=1&name=gly&offset=0>; rel="first", </api/molecules?limit=1&name=gly&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Molecules on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description Molecules on this page */
                        count: number;
                        /** @description Molecules on all pages, if `count` was given */
                        total?: number;
                        molecules: components["schemas"]["Molecule"][];
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description The caller has it already, as `If-None-Match` says */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbours of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/molecules?limit=1&name=gly&offset=0>; rel="first", </api/molecules?limit=1&name=gly&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Molecules on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidToken"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    getMolecule: {
        parameters: {
            query?: {
                /** @description The columns to give, separated by commas; all unless given */
                select?: string;
            };
            header?: {
                /** @description The `ETag` of an answer that the caller has: it comes again only if it has changed. More than 1000 characters count as none */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /**
                 * @description The id of the molecule
                 * @example aa12c9e8-3e58-4eb2-a88c-d69f447e04fd
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The molecule */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        molecule: components["schemas"]["Molecule"];
                    };
                };
            };
            /** @description The caller has it already, as `If-None-Match` says */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "live";
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            431: components["responses"]["HeadersTooLarge"];
            default: components["responses"]["Other"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Supabase can be reached, accepts both keys and has what the service reads */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ready";
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["NotReady"];
            default: components["responses"]["Other"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All metrics, in Prometheus' text format */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            431: components["responses"]["HeadersTooLarge"];
            default: components["responses"]["Other"];
        };
    };
    getPoolStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statistics of this moment */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        stats: components["schemas"]["PoolStatistics"];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["Overloaded"];
            default: components["responses"]["Other"];
        };
    };
    listTables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their names, sorted */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        tables: string[];
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Closed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
}
