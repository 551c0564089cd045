// Made from openapi.json by openapi-typescript: npm run docs
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what is running and where to go
         * @description To browsers, which prefer `text/html`, it is a page.
         */
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
        /** Get this document */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/depict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Draw a structure
         * @description As SVG, the same bytes each time. A structure may have up to 250 atoms. Needs the packages of chemistry, which a small image may leave out (501).
         */
        get: operations["drawStructure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List experiments
         * @description One page at a time, as JSON, as a table (`text/csv`) or with one experiment per line (`application/x-ndjson`), as `Accept` says. An `Accept` of more than 500 characters is rejected (400).
         */
        get: operations["listExperiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one experiment */
        get: operations["getExperiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mixtures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List mixtures
         * @description One page at a time, as JSON, as a table (`text/csv`) or with one mixture per line (`application/x-ndjson`), as `Accept` says. An `Accept` of more than 500 characters is rejected (400).
         */
        get: operations["listMixtures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mixtures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one mixture */
        get: operations["getMixture"];
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
         * List molecules
         * @description One page at a time, as JSON, as a table (`text/csv`) or with one molecule per line (`application/x-ndjson`), as `Accept` says. `chemical/x-mdl-sdfile` gives an SD file with the columns as data fields. An `Accept` of more than 500 characters is rejected (400).
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
        /** Get one molecule */
        get: operations["getMolecule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/property-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List property types
         * @description One page at a time, as JSON, as a table (`text/csv`) or with one property type per line (`application/x-ndjson`), as `Accept` says. An `Accept` of more than 500 characters is rejected (400).
         */
        get: operations["listPropertyTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/property-types/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one property type */
        get: operations["getPropertyType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/molecules/{id}/structure.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Draw a molecule */
        get: operations["drawMolecule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/molecules/{id}/structure.mol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a molecule as a molfile (V2000) */
        get: operations["getMolfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/molecules/{id}/structure.sdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a molecule as an SD file, with its columns as data fields */
        get: operations["getSdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Suggest molecules while a name is typed
         * @description By names, synonyms and abbreviations: exact matches first, then prefixes, then parts.
         */
        get: operations["suggestMolecules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Empty the cache of responses
         * @description In production only with the admin token. Each process of the service has a cache of its own.
         */
        delete: operations["clearCache"];
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
        /** Check whether the process responds */
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
        /** Check whether the service can do its work */
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
         * Get the metrics for Prometheus
         * @description Needs the admin token if there is one.
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
         * Get the statistics of the connection pool
         * @description Needs the admin token if there is one. With `Accept: text/event-stream` it is sent again every second, to at most 20 callers at a time.
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
         * List the tables and views of the project
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
        /** @description A experiment: all its columns, or those that `select` names */
        Experiment: {
            /** Format: uuid */
            id?: string;
            /** @description In the unit of the property type */
            numeric_value?: number | null;
            text_value?: string | null;
            boolean_value?: boolean | null;
            experimental_conditions?: string | null;
            /** Format: date */
            date_performed?: string | null;
            /** @description The publication of the result */
            source?: string | null;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
            /** @description Null where row level security hides it from the caller */
            property_type?: {
                /** Format: uuid */
                id: string;
                name: string;
                units: string | null;
            } | null;
            /** @description Null where row level security hides it from the caller */
            mixture?: {
                /** Format: uuid */
                id: string;
                name: string;
            } | null;
        };
        /** @description A mixture: all its columns, or those that `select` names */
        Mixture: {
            /** Format: uuid */
            id?: string;
            name?: string;
            description?: string | null;
            /** @description The publication of its composition */
            source?: string | null;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
            /** @description Its molecules with their concentrations */
            components?: {
                concentration: number;
                concentration_unit: string;
                /** @description Null where row level security hides it from the caller */
                molecule: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
            }[];
            /** @description With `include=experiments`: published results */
            experiments?: {
                /** Format: uuid */
                id: string;
                numeric_value: number | null;
                text_value: string | null;
                boolean_value: boolean | null;
                experimental_conditions: string | null;
                source: string | null;
                /** @description Null where row level security hides it from the caller */
                property_type: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    units: string | null;
                } | null;
            }[];
        };
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
            /** @description With `include=properties`: its properties, in the units in which they were published */
            properties?: {
                numeric_value: number | null;
                text_value: string | null;
                boolean_value: boolean | null;
                source: string | null;
                /** @description Null where row level security hides it from the caller */
                property_type: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    units: string | null;
                } | null;
            }[];
            /** @description With `include=mixtures`: the mixtures that it is used in, with its concentration */
            mixtures?: {
                concentration: number;
                concentration_unit: string;
                /** @description Null where row level security hides it from the caller */
                mixture: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                } | null;
            }[];
            /** @description With `include=synonyms`: its other names */
            synonyms?: {
                name: string;
                /** @enum {string} */
                kind: "synonym" | "abbreviation";
            }[];
            /** @description With `substructure` or `similar`: the Tanimoto similarity of the fingerprints */
            score?: number;
        };
        /** @description A property type: all its columns, or those that `select` names */
        PropertyType: {
            /** Format: uuid */
            id?: string;
            name?: string;
            /** @description `numeric`, `text` or `boolean`: which of the three values a property has */
            data_type?: string;
            /** @description Of its numeric values; null for a number without one */
            units?: string | null;
            description?: string | null;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
            /** @description With `include=molecules`: one row, with the number of molecules that have a value */
            molecules?: {
                count: number;
            }[];
        };
    };
    responses: {
        /** @description A parameter is unknown, has a wrong value or is given twice, there are too many, or the request is malformed */
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
        /** @description The admin token is missing or wrong */
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
        /** @description Supabase rejected the user's token */
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
        /** @description Supabase does not allow that to this user */
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
        /** @description There is no such row, or not for this user */
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
        /** @description `Accept` allows none of the formats */
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
        /** @description `Accept` allows none of the formats of a list with structures */
        StructuresNotAcceptable: {
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
        /** @description The request has a body, which is not read, of more than 16384 bytes or of unknown length */
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
        /** @description The service is overloaded */
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
        /** @description `Expect` names something other than `100-continue` */
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
        /** @description The request's headers are too large */
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
        /** @description Supabase cannot be reached, fails, rejects the service's keys or lacks its tables */
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
        /** @description No connection is available, or Supabase or the service is overloaded */
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
        /** @description The packages of chemistry are not installed */
        ChemistryMissing: {
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
        /** @description The structure takes too long, or the service is overloaded */
        ChemistryOverloaded: {
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
        /** @description No connection is available, the structure takes too long, or Supabase or the service is overloaded */
        StructureUnavailable: {
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
        /** @description Supabase did not respond in time */
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
        /** @description A method that the path does not support (405), or a defect of the service (500) */
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
        /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
         * @description When to try again, in seconds
         * @example 1
         */
        "retry-after": number;
        /**
         * @description Requests that a client may send in a minute; on every response while there is a limit
         * @example 60
         */
        "ratelimit-limit": number;
        /**
         * @description Requests that are left of them; on every response while there is a limit
         * @example 0
         */
        "ratelimit-remaining": number;
        /**
         * @description When there are as many again, in seconds; on every response while there is a limit
         * @example 42
         */
        "ratelimit-reset": number;
        /**
         * @description How a token is presented
         * @example Bearer
         */
        "www-authenticate": "Bearer";
        /**
         * @description The methods that the path supports; with 405
         * @example GET, HEAD
         */
        allow: string;
        /**
         * @description Identifies exactly these bytes; sent back as `If-None-Match`
         * @example "wehueB0yIavZ41WDFUyX433tYoY"
         */
        etag: string;
        /**
         * @description Below `/api`: caches revalidate before they reuse it, unless the service caches itself and no token was sent; only private ones store it if one was
         * @example no-cache
         */
        "cache-control": string;
        /**
         * @description The seconds since Supabase was asked; with responses from the service's own cache
         * @example 12
         */
        age: number;
        /**
         * @description Below `/api`: the headers of the request that the response depends on
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
                    etag: components["headers"]["etag"];
                    vary: components["headers"]["vary"];
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
    drawStructure: {
        parameters: {
            query: {
                /**
                 * @description The structure as SMILES
                 * @example OCC(O)CO
                 */
                smiles: string;
                /** @description The width and height that the drawing fits into, in pixels */
                size?: number;
                /** @description For a light or a dark page */
                theme?: "light" | "dark";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The drawing */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description A drawing never changes
                     * @example public, max-age=31536000, immutable
                     */
                    "cache-control": "public, max-age=31536000, immutable";
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description The caller has the drawing */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description A drawing never changes
                     * @example public, max-age=31536000, immutable
                     */
                    "cache-control": "public, max-age=31536000, immutable";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidToken"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            501: components["responses"]["ChemistryMissing"];
            503: components["responses"]["ChemistryOverloaded"];
            default: components["responses"]["Other"];
        };
    };
    listExperiments: {
        parameters: {
            query?: {
                /** @description Rows on a page at most */
                limit?: number;
                /** @description Rows to skip before the page */
                offset?: number;
                /** @description Where the page begins, in place of offset and as fast on the last page as on the first: empty for the first page, then what the link to the next page says */
                after?: string;
                /** @description The id of the mixture */
                mixture?: string;
                /** @description The name of what was measured, exactly. Empty: no filter */
                type?: string;
                /** @description The id of a molecule in the mixture, or one of its names, case-insensitive. Empty: no filter */
                component?: string;
                /** @description Comparisons with the value, for instance `gte.50` */
                numeric_value?: string[];
                /** @description Columns with .asc or .desc, comma-separated, the most important first; id.asc unless given. Rows without a value come last; rows that are equal in all are ordered by id */
                order?: string;
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Adds the total of all pages: counted, estimated by the database, or estimated only where it is large */
                count?: "exact" | "planned" | "estimated";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of experiments */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/experiments?limit=1&numeric_value=eq.2.5&offset=0>; rel="first", </api/experiments?limit=1&numeric_value=eq.2.5&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description Rows on this page */
                        count: number;
                        /** @description Rows on all pages, if `count` was given */
                        total?: number;
                        experiments: components["schemas"]["Experiment"][];
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/experiments?limit=1&numeric_value=eq.2.5&offset=0>; rel="first", </api/experiments?limit=1&numeric_value=eq.2.5&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
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
    getExperiment: {
        parameters: {
            query?: {
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /**
                 * @description The id of the experiment
                 * @example aa1534d3-c029-4177-8363-800fcc9b38a9
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The experiment */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        experiment: components["schemas"]["Experiment"];
                    };
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
    listMixtures: {
        parameters: {
            query?: {
                /** @description Rows on a page at most */
                limit?: number;
                /** @description Rows to skip before the page */
                offset?: number;
                /** @description Where the page begins, in place of offset and as fast on the last page as on the first: empty for the first page, then what the link to the next page says */
                after?: string;
                /** @description The beginning of the name, case-insensitive; every character stands for itself. Empty: no filter */
                name?: string;
                /** @description A part of the name, case-insensitive; every character stands for itself. Empty: no filter */
                q?: string;
                /** @description The id of a molecule in it, or one of its names, case-insensitive. Empty: no filter */
                component?: string;
                /** @description Columns with .asc or .desc, comma-separated, the most important first; name.asc unless given. Rows without a value come last; rows that are equal in all are ordered by id */
                order?: string;
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
                /** @description Adds the total of all pages: counted, estimated by the database, or estimated only where it is large */
                count?: "exact" | "planned" | "estimated";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of mixtures */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/mixtures?limit=1&name=vs55&offset=0>; rel="first", </api/mixtures?limit=1&name=vs55&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description Rows on this page */
                        count: number;
                        /** @description Rows on all pages, if `count` was given */
                        total?: number;
                        mixtures: components["schemas"]["Mixture"][];
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/mixtures?limit=1&name=vs55&offset=0>; rel="first", </api/mixtures?limit=1&name=vs55&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
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
    getMixture: {
        parameters: {
            query?: {
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /**
                 * @description The id of the mixture
                 * @example 04201d2e-cb49-431a-8762-1662c0596bf4
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mixture */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        mixture: components["schemas"]["Mixture"];
                    };
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
    listMolecules: {
        parameters: {
            query?: {
                /** @description Rows on a page at most */
                limit?: number;
                /** @description Rows to skip before the page */
                offset?: number;
                /** @description Where the page begins, in place of offset and as fast on the last page as on the first: empty for the first page, then what the link to the next page says */
                after?: string;
                /** @description The beginning of the name, case-insensitive; every character stands for itself. Empty: no filter */
                name?: string;
                /** @description A part of the name or of a synonym, case-insensitive; every character stands for itself. Empty: no filter */
                q?: string;
                /** @description The molecular formula, exactly. Empty: no filter */
                formula?: string;
                /** @description PubChem's number of the compound */
                cid?: number;
                /** @description The InChIKey, or its first block for all stereoisomers and isotopes */
                inchikey?: string;
                /** @description Comparisons with the molecular weight in g/mol, for instance `gte.90` */
                molecular_weight?: string[];
                /** @description Comparisons with numeric properties by name, for instance `LogP.lt.1`; `GET /api/property-types` lists them with their units */
                property?: string[];
                /** @description A part that molecules have, as SMILES or as SMARTS that OpenChemLib supports: at most 250 atoms. The rows are those that everybody may see, by score and then by id, in pages by `after`; `order`, `offset` and `count` cannot be given beside it */
                substructure?: string;
                /** @description A structure that molecules are similar to, as SMILES: at most 250 atoms. The rows are those that everybody may see, by score and then by id, in pages by `after`; `order`, `offset` and `count` cannot be given beside it */
                similar?: string;
                /** @description The least Tanimoto similarity, with `similar`; 0.7 unless given */
                min?: number;
                /** @description Columns with .asc or .desc, comma-separated, the most important first; name.asc unless given. Numeric properties are columns by the name `property.<name>`, but not beside `after`. Rows without a value come last; rows that are equal in all are ordered by id */
                order?: string;
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
                /** @description Adds the total of all pages: counted, estimated by the database, or estimated only where it is large */
                count?: "exact" | "planned" | "estimated";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/molecules?limit=1&name=glycer&offset=0>; rel="first", </api/molecules?limit=1&name=glycer&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    /**
                     * @description With `substructure` or `similar`: whether every molecule has been searched. If not, because the service has just been started or there are too many, others may match too
                     * @example true
                     */
                    "x-search-complete"?: "true" | "false";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description Rows on this page */
                        count: number;
                        /** @description Rows on all pages, if `count` was given */
                        total?: number;
                        molecules: components["schemas"]["Molecule"][];
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                    "chemical/x-mdl-sdfile": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/molecules?limit=1&name=glycer&offset=0>; rel="first", </api/molecules?limit=1&name=glycer&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    /**
                     * @description With `substructure` or `similar`: whether every molecule has been searched. If not, because the service has just been started or there are too many, others may match too
                     * @example true
                     */
                    "x-search-complete"?: "true" | "false";
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidToken"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["StructuresNotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            414: components["responses"]["UriTooLong"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["HeadersTooLarge"];
            501: components["responses"]["ChemistryMissing"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["StructureUnavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    getMolecule: {
        parameters: {
            query?: {
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
                    age: components["headers"]["age"];
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
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
    listPropertyTypes: {
        parameters: {
            query?: {
                /** @description Rows on a page at most */
                limit?: number;
                /** @description Rows to skip before the page */
                offset?: number;
                /** @description Where the page begins, in place of offset and as fast on the last page as on the first: empty for the first page, then what the link to the next page says */
                after?: string;
                /** @description The name, exactly. Empty: no filter */
                name?: string;
                /** @description Columns with .asc or .desc, comma-separated, the most important first; name.asc unless given. Rows without a value come last; rows that are equal in all are ordered by id */
                order?: string;
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
                /** @description Adds the total of all pages: counted, estimated by the database, or estimated only where it is large */
                count?: "exact" | "planned" | "estimated";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of property types */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/property-types?limit=1&name=LogP&offset=0>; rel="first", </api/property-types?limit=1&name=LogP&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
                     * @example 1
                     */
                    "x-total-count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description Rows on this page */
                        count: number;
                        /** @description Rows on all pages, if `count` was given */
                        total?: number;
                        property_types: components["schemas"]["PropertyType"][];
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    /**
                     * @description The first page and the neighbors of this one, and the last page with `count=exact` (RFC 8288). With `after` the first and the next one: every page has a next one then, but for an empty one
                     * @example </api/property-types?limit=1&name=LogP&offset=0>; rel="first", </api/property-types?limit=1&name=LogP&offset=1>; rel="next"
                     */
                    link: string;
                    /**
                     * @description Rows on all pages, if `count` was given
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
    getPropertyType: {
        parameters: {
            query?: {
                /** @description The columns of the response, comma-separated; all unless given */
                select?: string;
                /** @description Rows of other tables to add, comma-separated */
                include?: string;
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /**
                 * @description The id of the property_type
                 * @example 3e977d0e-fde4-470e-bb8e-af392eaecca5
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The property type */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        property_type: components["schemas"]["PropertyType"];
                    };
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
    drawMolecule: {
        parameters: {
            query?: {
                /** @description The width and height that the drawing fits into, in pixels */
                size?: number;
                /** @description For a light or a dark page */
                theme?: "light" | "dark";
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
            /** @description The structure */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
            501: components["responses"]["ChemistryMissing"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["StructureUnavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    getMolfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
            /** @description The structure */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "chemical/x-mdl-molfile": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
            501: components["responses"]["ChemistryMissing"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["StructureUnavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    getSdf: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
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
            /** @description The structure */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "chemical/x-mdl-sdfile": string;
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
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
            501: components["responses"]["ChemistryMissing"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["StructureUnavailable"];
            504: components["responses"]["GatewayTimeout"];
            default: components["responses"]["Other"];
        };
    };
    suggestMolecules: {
        parameters: {
            query: {
                /**
                 * @description A part of a name, case-insensitive; every character stands for itself
                 * @example dmso
                 */
                q: string;
                /** @description Molecules at most */
                limit?: number;
            };
            header?: {
                /** @description The `ETag` of a response that the caller has: it is sent again only if it has changed. More than 1000 characters are ignored */
                "if-none-match"?: components["parameters"]["if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The best matches */
            200: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        count: number;
                        suggestions: {
                            /** Format: uuid */
                            molecule_id: string;
                            molecule_name: string;
                            /** @description The name that matches */
                            name: string;
                            /** @enum {string} */
                            kind: "name" | "synonym" | "abbreviation";
                        }[];
                    };
                };
            };
            /** @description The response with the `ETag` in `If-None-Match` is still current */
            304: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    etag: components["headers"]["etag"];
                    "cache-control": components["headers"]["cache-control"];
                    age: components["headers"]["age"];
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidToken"];
            403: components["responses"]["Forbidden"];
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
    clearCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is cached, as ever where there is no cache */
            204: {
                headers: {
                    "x-request-id": components["headers"]["x-request-id"];
                    [name: string]: unknown;
                };
                content?: never;
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
            503: components["responses"]["Overloaded"];
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
            /** @description It responds */
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
                    vary: components["headers"]["vary"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        /** @description At every moment `created - discarded = active_connections = pool_size + in_use` */
                        stats: {
                            /** @description Connections opened since the start */
                            created: number;
                            /** @description Times that a connection was acquired that was open already */
                            reused: number;
                            /** @description Connections retired since the start */
                            discarded: number;
                            /** @description Failures to acquire a connection: those that could not be opened, `timeouts` and `rejected` */
                            errors: number;
                            /** @description Callers that waited in vain */
                            timeouts: number;
                            /** @description Callers rejected because too many were waiting */
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
                            /** @description How long callers waited that had to wait, in milliseconds */
                            wait_ms: {
                                /** @description How many there were */
                                count: number;
                                mean: number;
                                p50: number;
                                p90: number;
                                p99: number;
                                max: number;
                            };
                            /** @description How long connections were leased, in milliseconds */
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
                            /** @description Connections that are leased now */
                            in_use: number;
                            /** @description Callers waiting for a connection now */
                            waiting: number;
                            /** @description Reads that joined an identical one under way instead of asking Supabase */
                            coalesced: number;
                        };
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
