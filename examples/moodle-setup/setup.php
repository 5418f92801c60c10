<?php
/**
 * Prepares a Moodle (4.5 or newer) for oec-moodle-sync: all that steps 1 to 5 of docs/moodle-setup.md have an administrator
 * click. Run it once, on Moodle's server, as the user that runs PHP there, from Moodle's own folder:
 *
 *     sudo -u www-data php /path/to/setup.php --email=it@your.university --token-file=/root/oec-moodle.token
 *
 *   --email=ADDRESS       of the sync's user; somebody should read it
 *   --token-file=PATH     where the token is written, readable by its owner only; the file must not exist yet
 *   --roles=student,editingteacher
 *                         short names of the roles that the sync gives (default: student and editingteacher)
 *   --settings=sync_attendance_from
 *                         settings of the instance that need more, with commas: those of the guide's table in step 4
 *
 * What is there already is kept and completed, so that a second run does no harm; a new token is made by each run. Step 6 of
 * the guide, settings to look at, stays with you; `oec-moodle doctor` checks them.
 */

define('CLI_SCRIPT', true);
require(getcwd() . '/config.php');
require_once($CFG->libdir . '/clilib.php');
require_once($CFG->dirroot . '/user/lib.php');
require_once($CFG->dirroot . '/webservice/lib.php');

[$options, $unknown] = cli_get_params([
    'email' => null,
    'token-file' => null,
    'roles' => 'student,editingteacher',
    'settings' => '',
]);
if ($unknown || !validate_email((string) $options['email']) || !$options['token-file']) {
    cli_error('Say --email=ADDRESS and --token-file=PATH, and nothing else than the head of this file lists.');
}
if (file_exists($options['token-file'])) {
    cli_error("The file {$options['token-file']} is there already: a token is never written over another one.");
}

// What some settings of an instance need besides: capabilities and functions.
$needsBySetting = [
    'course_template' => [
        [
            'moodle/backup:backuptargetimport', 'moodle/restore:restoretargetimport',
            'moodle/question:add', 'moodle/question:managecategory',
        ],
        ['core_course_import_course'],
    ],
    'new_courses.lang' => [['moodle/course:setforcedlanguage'], []],
    'role_ids.parent' => [[], ['core_role_assign_roles', 'core_role_unassign_roles']],
    'teacher_role_by' => [[], ['core_role_unassign_roles']],
    'names.course_summary' => [['moodle/course:changesummary'], []],
    'sync_attendance_from' => [
        ['mod/attendance:takeattendances', 'mod/attendance:addinstance', 'moodle/course:manageactivities'],
        ['mod_attendance_update_user_status', 'mod_attendance_add_attendance', 'mod_attendance_add_session'],
    ],
    'cohorts' => [
        ['moodle/cohort:manage'],
        [
            'core_cohort_create_cohorts', 'core_cohort_update_cohorts', 'core_cohort_get_cohorts',
            'core_cohort_get_cohort_members', 'core_cohort_add_cohort_members', 'core_cohort_delete_cohort_members',
        ],
    ],
];
$settings = array_filter(explode(',', $options['settings']));
if ($others = array_diff($settings, array_keys($needsBySetting))) {
    cli_error('These need nothing besides, or are no settings: ' . implode(', ', $others));
}
$besides = fn(int $which) => array_merge(...array_map(fn($setting) => $needsBySetting[$setting][$which], $settings));

// 1. Web services.
set_config('enablewebservices', 1);
set_config('webserviceprotocols', implode(',', array_unique(array_filter(
    [...explode(',', (string) get_config('core', 'webserviceprotocols')), 'rest'],
))));
set_config('enablecompletion', 1);

// 2. A role with just what is needed.
$capabilities = [
    'webservice/rest:use',
    // Pushing.
    'moodle/user:create', 'moodle/user:update', 'moodle/user:viewdetails', 'moodle/user:viewalldetails',
    'moodle/user:viewhiddendetails', 'moodle/site:viewuseridentity', 'moodle/site:viewfullnames',
    'moodle/category:manage', 'moodle/category:viewhiddencategories', 'moodle/category:viewcourselist',
    'moodle/course:create', 'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/course:update',
    'moodle/course:visibility', 'moodle/course:changecategory', 'moodle/course:changefullname',
    'moodle/course:changeshortname', 'moodle/course:changeidnumber', 'moodle/course:managegroups',
    'moodle/course:enrolreview', 'moodle/site:accessallgroups', 'enrol/manual:enrol', 'enrol/manual:unenrol',
    'moodle/role:assign',
    // Pulling.
    'gradereport/user:view', 'moodle/grade:viewall', 'moodle/grade:viewhidden', 'moodle/course:viewsuspendedusers',
    'moodle/course:viewhiddensections', 'moodle/course:viewhiddenactivities',
    'moodle/course:ignoreavailabilityrestrictions', 'mod/assign:view', 'mod/quiz:view', 'mod/quiz:viewreports',
    'report/completion:view', 'mod/attendance:view', 'mod/attendance:manageattendances',
    ...$besides(0),
];
$system = context_system::instance();
$roleid = $DB->get_field('role', 'id', ['shortname' => 'oecsync'])
    ?: create_role('OEC sync', 'oecsync', 'What oec-moodle-sync needs, and nothing else.');
set_role_contextlevels($roleid, [CONTEXT_SYSTEM]);
foreach ($capabilities as $capability) {
    if (get_capability_info($capability)) {
        assign_capability($capability, CAP_ALLOW, $roleid, $system->id, true);
    } else {
        cli_writeln("Left out: this Moodle has no capability $capability (a plugin that is not installed).");
    }
}
foreach (explode(',', $options['roles']) as $shortname) {
    $given = $DB->get_field('role', 'id', ['shortname' => trim($shortname)], MUST_EXIST);
    if (!$DB->record_exists('role_allow_assign', ['roleid' => $roleid, 'allowassign' => $given])) {
        core_role_set_assign_allowed($roleid, $given);
    }
    cli_writeln("The role $shortname has the id $given.");
}

// 3. A user of its own, who is no administrator.
$userid = $DB->get_field('user', 'id', ['username' => 'oec-sync', 'deleted' => 0]);
if (!$userid) {
    $userid = user_create_user([
        'username' => 'oec-sync',
        // Nobody needs it.
        'password' => 'Aa1!' . random_string(40),
        'firstname' => 'OEC',
        'lastname' => 'Sync',
        'email' => $options['email'],
        'auth' => 'manual',
        'confirmed' => 1,
        'mnethostid' => $CFG->mnet_localhost_id,
    ]);
}
role_assign($roleid, $userid, $system->id);

// 4. The external service.
$functions = [
    'core_webservice_get_site_info', 'core_course_create_categories', 'core_course_update_categories',
    'core_course_get_categories', 'core_course_create_courses', 'core_course_update_courses',
    'core_course_get_courses_by_field', 'core_group_create_groups', 'core_group_update_groups',
    'core_group_get_course_groups', 'core_user_create_users', 'core_user_update_users',
    'core_user_get_users_by_field', 'enrol_manual_enrol_users', 'enrol_manual_unenrol_users',
    'core_enrol_get_enrolled_users', 'core_group_add_group_members', 'core_group_delete_group_members',
    'core_course_get_contents', 'core_enrol_get_users_courses', 'gradereport_user_get_grade_items',
    'mod_assign_get_assignments', 'mod_quiz_get_user_best_grade', 'mod_attendance_get_sessions',
    ...$besides(1),
];
$manager = new webservice();
// One that was made by hand after the guide has the name and no short name.
$serviceid = $DB->get_field('external_services', 'id', ['shortname' => 'oec_sync'])
    ?: $DB->get_field('external_services', 'id', ['name' => 'OEC sync']);
$serviceid = $serviceid ?: $manager->add_external_service((object) [
    'name' => 'OEC sync',
    'shortname' => 'oec_sync',
    'enabled' => 1,
    'restrictedusers' => 1,
    'requiredcapability' => '',
    'uploadfiles' => 0,
    'downloadfiles' => 0,
]);
foreach ($functions as $function) {
    // Older releases of the attendance plugin have other names.
    $names = [$function, str_replace('mod_attendance_', 'mod_wsattendance_', $function)];
    $known = array_values(array_filter($names, fn($name) => $DB->record_exists('external_functions', ['name' => $name])));
    if (!$known) {
        cli_writeln("Left out: this Moodle has no function $function (a plugin that is not installed).");
    } else if (!$manager->service_function_exists($known[0], $serviceid)) {
        $manager->add_external_function_to_service($known[0], $serviceid);
    }
}
if (!$manager->get_ws_authorised_user($serviceid, $userid)) {
    $manager->add_ws_authorised_user((object) ['externalserviceid' => $serviceid, 'userid' => $userid]);
}

// 5. The token.
$service = $DB->get_record('external_services', ['id' => $serviceid], '*', MUST_EXIST);
$token = \core_external\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $userid, $system);
umask(0077);
if (file_put_contents($options['token-file'], "$token\n") === false) {
    cli_error("The token could not be written to {$options['token-file']}.");
}
purge_all_caches();
cli_writeln("The token of the user oec-sync is in {$options['token-file']}. Next, where the sync is deployed:");
cli_writeln("    npx oec-moodle instance add main --url {$CFG->wwwroot} --token-file {$options['token-file']}");
