-- MySQL dump 10.13
INSERT INTO `stays` VALUES (1,'张三');
