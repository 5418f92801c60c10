import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';

const siteInfoSchema = z
  .object({
    sitename: z.string(),
    siteurl: z.string(),
    release: z.string(),
    version: z.string(),
    userid: z.number(),
    username: z.string(),
    /** The id of the site's own course, its front page. */
    siteid: z.number().optional(),
    userissiteadmin: z.boolean().default(false),
    functions: z.array(z.object({ name: z.string() })),
  })
  .transform((info) => ({ ...info, functions: info.functions.map((each) => each.name) }));

/** Who and what a token leads to: the site, its release, the token's user and the functions it may call. */
export type SiteInfo = z.infer<typeof siteInfoSchema>;

/** Asks the site about itself; the cheapest call there is, so also the probe of the breaker. */
export function getSiteInfo(client: MoodleCaller): Promise<SiteInfo> {
  return client.call('core_webservice_get_site_info', {}, siteInfoSchema);
}
