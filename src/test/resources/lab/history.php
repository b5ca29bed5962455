<?php
// A request of src/bench/faults: shows the value that the session had, then reads it, writes another, or logs out.
// PHP computes from its clock when a session expires; this file shifts that as it would be by another clock.
if (is_readable('/run/clock')) {
    ini_set('session.gc_maxlifetime', ini_get('session.gc_maxlifetime') + file_get_contents('/run/clock'));
}
if (!session_start()) {
    http_response_code(503);
    exit;
}
$seen = $_SESSION['value'] ?? 0;
if ($_GET['act'] === 'LOGOUT') {
    session_destroy();
} else {
    if ($_GET['act'] !== 'READ') {
        $_SESSION['value'] = (int) $_GET['value'];
    }
    session_write_close();
}
header('Content-Type: text/plain');
echo $seen, "\n";
