import { fullName } from './users.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const siteFunctions = {
  /** Who the token belongs to and which functions its service offers. */
  core_webservice_get_site_info: {
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
  },
} satisfies Partial<WebServiceFunctions>;
