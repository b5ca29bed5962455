<?php
session_start();
$_SESSION['seen'] = ($_SESSION['seen'] ?? 0) + 1;
$seen = $_SESSION['seen'];
// Before the answer: whoever has it may ask again at once, and must find what this request wrote.
session_write_close();
header('Content-Type: text/plain');
echo $seen, "\n";
