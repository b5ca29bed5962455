<?php
// Written by sessionctl verify, which removes it again. A request without its secret gets 404.
$given = isset($_SERVER['HTTP_X_SESSIONCTL_PROBE']) ? $_SERVER['HTTP_X_SESSIONCTL_PROBE'] : '';
// To call a function that disable_functions names ends the page with status 500.
$lacking = '';
foreach (array('hash', 'http_response_code', 'header', 'header_remove', 'ini_set', 'ini_get_all', 'phpversion',
    'extension_loaded', 'set_error_handler', 'ob_start', 'ob_end_clean', 'json_encode', 'session_id', 'session_name',
    'session_start', 'session_destroy', 'session_write_close') as $needed) {
    $lacking .= function_exists($needed) ? '' : ($lacking === '' ? '' : ' ') . $needed;
}
if ($lacking !== '' && (!function_exists('hash') || hash('sha256', $given) === '@SECRET@')) {
    echo '{"lacking":"' . $lacking . '"}';
    exit;
}
if ($lacking !== '' || hash('sha256', $given) !== '@SECRET@') {
    if (function_exists('http_response_code')) {
        http_response_code(404);
    }
    exit;
}
ini_set('html_errors', '0');
header_remove('X-Powered-By');
$errors = array();
set_error_handler(function ($level, $text) use (&$errors) {
    $errors[] = $text;
    return true;
});
ob_start();
$do = isset($_GET['do']) ? $_GET['do'] : '';
$answer = array('php' => PHP_VERSION, 'sapi' => PHP_SAPI, 'module' => (string) phpversion('memcache'));
if ($do === 'settings') {
    $answer['loaded'] = function_exists('php_ini_loaded_file') ? (string) php_ini_loaded_file() : '';
    $values = array();
    foreach (array('session', 'memcache') as $module) {
        foreach (extension_loaded($module) ? ini_get_all($module) : array() as $key => $value) {
            $values[$key] = array((string) $value['global_value'], (string) $value['local_value']);
        }
    }
    $answer['values'] = $values;
} else {
    if (session_id() === '') {
        session_start();
    }
    $answer['name'] = session_name();
    $answer['id'] = session_id();
    if ($do === 'end') {
        session_destroy();
    } else {
        $answer['before'] = isset($_SESSION['step']) ? $_SESSION['step'] : 0;
        $_SESSION['visits'] = (isset($_SESSION['visits']) ? $_SESSION['visits'] : 0) + 1;
        $_SESSION['step'] = (int) $_GET['step'];
        $answer['visits'] = $_SESSION['visits'];
        session_write_close();
    }
}
ob_end_clean();
$answer['errors'] = $errors;
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode($answer, JSON_PARTIAL_OUTPUT_ON_ERROR);
