import { alphanumext, object, optionalList } from '../../parameters/description.ts';
import { fullName } from '../users/user-answer.ts';
import { webServiceFunction } from '../web-service-function.ts';

/** `core_webservice_get_site_info`: who the token belongs to and which functions its service offers. */
export const getSiteInfo = webServiceFunction({
  name: 'core_webservice_get_site_info',
  parameters: object({ serviceshortnames: optionalList(alphanumext()) }),
  run: (_args, { state, settings, callerId, siteUrl, offeredFunctions }) => {
    const caller = state.users.get(callerId);
    if (!caller) throw new Error('the user behind the token is gone');
    return {
      sitename: settings.siteName,
      username: caller.username,
      firstname: caller.firstname,
      lastname: caller.lastname,
      fullname: fullName(caller),
      lang: caller.lang,
      userid: caller.id,
      siteurl: siteUrl,
      userpictureurl: `${siteUrl}/theme/image.php/boost/core/u/f1`,
      functions: offeredFunctions.map((name) => ({
        name,
        version:
          name.startsWith('mod_') && name.includes('attendance')
            ? settings.attendanceVersion
            : settings.version,
      })),
      downloadfiles: 0,
      uploadfiles: 0,
      release: settings.release,
      version: settings.version,
      mobilecssurl: '',
      advancedfeatures: [],
      usercanmanageownfiles: true,
      userquota: 104857600,
      usermaxuploadfilesize: 104857600,
      userhomepage: 0,
      siteid: 1,
      sitecalendartype: 'gregorian',
      usercalendartype: 'gregorian',
      userissiteadmin: caller.siteAdmin,
      theme: 'boost',
    };
  },
});
