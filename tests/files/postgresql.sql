--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

CREATE TABLE public.stays (
    id integer,
    "姓名" text
);

COPY public.stays (id, "姓名", "身份证号", "出院日期", "个人自付") FROM stdin;
1	张三	52269919800101123X	2026-11-05	100
2	李\\四\t	522699198202021236	2026-11-06	200
3	王五	\N	2026-11-07	300
\.


COPY public.empty (id) FROM stdin;
\.

-- PostgreSQL database dump complete
