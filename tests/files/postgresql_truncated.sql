--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

CREATE TABLE public.stays (
    id integer,
    "姓名" text
);

COPY public.stays (id, "姓名", "身份证号", "出院日期", "个人自付") FROM stdin;
1	张三	52269919800101123X