<?php
session_start();
$_SESSION['seen'] = ($_SESSION['seen'] ?? 0) + 1;
$seen = $_SESSION['seen'];
// Written before the answer: a client that has the answer may send the next request at once, which must find this session.
session_write_close();
header('Content-Type: text/plain');
echo $seen, "\n";
